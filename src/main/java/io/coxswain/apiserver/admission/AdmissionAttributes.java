package io.coxswain.apiserver.admission;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.function.Consumer;

/**
 * What an admission plugin is told. Facts only: a plugin changes nothing here but through its return value, the warnings
 * and the companions.
 *
 * @param subresource {@code ""} for the main resource
 * @param object the new object; the empty object for a deletion
 * @param oldObject the stored object; the empty object for a creation
 * @param options the decoded CreateOptions, UpdateOptions or DeleteOptions; may be empty
 * @param dryRun nothing will be stored: side effects must be left out
 * @param warnings takes texts for {@code Warning} headers
 * @param companions takes further writes that must commit together with this one
 */
public record AdmissionAttributes(
        Operation operation,
        GroupVersionKind kind,
        GroupVersionResource resource,
        String namespace,
        String name,
        String subresource,
        JsonObject object,
        JsonObject oldObject,
        JsonObject options,
        UserInfo user,
        boolean dryRun,
        Consumer<String> warnings,
        Companions companions) {

    /** The four operations of AdmissionReview. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** Writes that commit together with the request's own, or not at all. If one loses a race the whole request is admitted again. */
    public interface Companions {
        /** Makes an object that must not exist; the server adds {@code uid} and {@code creationTimestamp}. */
        void create(GroupVersionResource resource, JsonObject object);

        /** Replaces an object that must still be at the {@code metadata.resourceVersion} that the new state carries. */
        void update(GroupVersionResource resource, JsonObject newState);

        /** Removes an object that must still be at the {@code metadata.resourceVersion} of this state. */
        void delete(GroupVersionResource resource, JsonObject state);
    }

    /** These attributes with another new object. */
    public AdmissionAttributes withObject(JsonObject changed) {
        return new AdmissionAttributes(
                operation,
                kind,
                resource,
                namespace,
                name,
                subresource,
                changed,
                oldObject,
                options,
                user,
                dryRun,
                warnings,
                companions);
    }

    /** The refusal of this request: {@code pods "x" is forbidden: why}. */
    public ApiException forbidden(String why) {
        String shown = name;
        if (shown.isEmpty()) {
            shown = new ObjectView(object).text("metadata", "generateName");
        }
        return ApiException.forbidden(resource.groupResource(), shown.isEmpty() ? "Unknown" : shown, why);
    }
}
