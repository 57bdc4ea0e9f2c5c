package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /.well-known}. */
@ApplicationPath("/.well-known")
public class WellKnownApplication extends KubernetesApplication {}
