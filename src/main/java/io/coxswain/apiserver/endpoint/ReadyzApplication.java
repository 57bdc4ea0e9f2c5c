package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /readyz}. */
@ApplicationPath("/readyz")
public class ReadyzApplication extends KubernetesApplication {}
