package io.coxswain.apiserver.admission;

/** What mutating and validating plugins have in common. */
public interface AdmissionPlugin {
    /** Upstream's name, such as {@code NamespaceLifecycle}; stands in {@code AdmissionOrder}. */
    String name();

    /** Whether the plugin wants to see this request at all. Must be quick. */
    boolean handles(AdmissionAttributes attributes);
}
