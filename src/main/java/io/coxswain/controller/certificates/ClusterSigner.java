package io.coxswain.controller.certificates;

import java.time.Duration;
import java.util.Collection;

/** Signs with the key of the cluster's authority. Thread-safe. */
public interface ClusterSigner {
    /**
     * A certificate for what was asked for, names and all; whoever calls has judged that.
     *
     * @param usages by the names of the API, such as {@code client auth}
     * @param lifetime ends earlier if the authority's own certificate does
     * @return PEM
     */
    String sign(CertificateRequest request, Collection<String> usages, Duration lifetime);
}
