package io.coxswain.kinds.core;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;

/** What the subresources that change a pod have in common. */
final class PodSubresources {
    private PodSubresources() {}

    /** @throws ApiException 409 if the body is a change of an older state */
    static void checkVersion(GroupResource resource, ObjectView now, ObjectView sent) {
        String version = sent.resourceVersion();
        if (!version.isEmpty() && !version.equals(now.resourceVersion())) {
            throw ApiException.modified(resource, now.name());
        }
    }
}
