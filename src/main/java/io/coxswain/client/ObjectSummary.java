package io.coxswain.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The little of an object that graph walkers need, so that a cache of everything stays small. Read only. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObjectSummary(Meta metadata) {
    /** {@code deletionTimestamp} is {@code ""} for an object that is not being deleted. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Meta(
            String namespace,
            String name,
            String uid,
            String resourceVersion,
            String deletionTimestamp,
            List<String> finalizers,
            List<OwnerReference> ownerReferences) {
        public Meta(
                @Nullable String namespace,
                @Nullable String name,
                @Nullable String uid,
                @Nullable String resourceVersion,
                @Nullable String deletionTimestamp,
                @Nullable List<String> finalizers,
                @Nullable List<OwnerReference> ownerReferences) {
            this.namespace = namespace == null ? "" : namespace;
            this.name = name == null ? "" : name;
            this.uid = uid == null ? "" : uid;
            this.resourceVersion = resourceVersion == null ? "" : resourceVersion;
            this.deletionTimestamp = deletionTimestamp == null ? "" : deletionTimestamp;
            this.finalizers = finalizers == null ? List.of() : List.copyOf(finalizers);
            this.ownerReferences = ownerReferences == null ? List.of() : List.copyOf(ownerReferences);
        }

        public boolean isBeingDeleted() {
            return !deletionTimestamp.isEmpty();
        }
    }
}
