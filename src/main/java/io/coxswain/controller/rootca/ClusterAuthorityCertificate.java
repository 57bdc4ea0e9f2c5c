package io.coxswain.controller.rootca;

/** The certificate by which clients in the cluster know the API server. */
public interface ClusterAuthorityCertificate {
    /** One or more certificates as PEM text. */
    String pem();
}
