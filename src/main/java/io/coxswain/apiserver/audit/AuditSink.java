package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.request.ApiRequest;
import java.time.Duration;

/** Hears of every request that was answered. CDI finds all; a sink must be quick and must not throw. */
public interface AuditSink {
    /**
     * A request has its answer; of a stream, its beginning.
     *
     * @param code the HTTP status
     * @param reason the Status reason of a failure; {@code ""} otherwise
     */
    void answered(ApiRequest request, int code, String reason, Duration took);
}
