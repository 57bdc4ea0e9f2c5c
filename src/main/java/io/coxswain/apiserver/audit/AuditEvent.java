package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestOrigin;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event, not yet encoded: bodies stay as they came until a writer off the request's path reads them. Immutable.
 *
 * @param code the HTTP status; 0 before there is one
 * @param status the failure that was answered; {@code null} if there was none
 * @param objectName the name an object got that the URL does not name; {@code ""} if none
 * @param requestObject {@link RequestBody#NONE} below level Request
 * @param answer what was answered: for {@code RequestResponse} to be written, for a deletion its Status; empty otherwise
 * @param bytes about how much memory the event holds on to
 */
public record AuditEvent(
        AuditLevel level,
        AuditStage stage,
        String auditId,
        RequestInfo request,
        UserInfo user,
        RequestOrigin origin,
        String userAgent,
        int code,
        @Nullable Status status,
        String objectName,
        RequestBody requestObject,
        String contentType,
        Answer answer,
        boolean omitManagedFields,
        Instant received,
        Instant at,
        Map<String, String> annotations,
        long bytes) {

    /**
     * What was answered.
     *
     * @param kind of a list; {@code ""} for one object
     * @param truncated whether objects were left out because they are too large
     */
    public record Answer(
            List<ApiObject> objects, String apiVersion, String kind, String resourceVersion, boolean truncated) {
        public static final Answer NONE = new Answer(List.of(), "", "", "", false);

        public Answer {
            objects = List.copyOf(objects);
        }
    }
}
