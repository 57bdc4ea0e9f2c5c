package io.coxswain.controller.runtime;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import io.fabric8.kubernetes.api.model.Namespace;

/** What a namespace's state means for those who put things into it. */
public final class Namespaces {
    private Namespaces() {}

    public static boolean isActive(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() == null
                && (namespace.getStatus() == null
                        || !"Terminating".equals(namespace.getStatus().getPhase()));
    }

    /** Whether the server refused to create something because its namespace is going away: then nothing needs to be made. */
    public static boolean isTerminating(ApiException e) {
        Status.Details details = e.status().details();
        boolean caused = details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
        return caused || (e.code() == 403 && String.valueOf(e.getMessage()).endsWith("because it is being terminated"));
    }
}
