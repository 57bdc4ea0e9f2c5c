package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /apis}. */
@ApplicationPath("/apis")
public class ApisApplication extends KubernetesApplication {}
