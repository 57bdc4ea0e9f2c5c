package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /metrics}. */
@ApplicationPath("/metrics")
public class MetricsApplication extends KubernetesApplication {}
