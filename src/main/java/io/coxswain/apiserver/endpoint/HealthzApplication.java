package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /healthz}. */
@ApplicationPath("/healthz")
public class HealthzApplication extends KubernetesApplication {}
