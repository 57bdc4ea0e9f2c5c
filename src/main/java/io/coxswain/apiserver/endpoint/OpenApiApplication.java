package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /openapi}. */
@ApplicationPath("/openapi")
public class OpenApiApplication extends KubernetesApplication {}
