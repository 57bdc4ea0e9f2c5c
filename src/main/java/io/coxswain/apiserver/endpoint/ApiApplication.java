package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /api}. */
@ApplicationPath("/api")
public class ApiApplication extends KubernetesApplication {}
