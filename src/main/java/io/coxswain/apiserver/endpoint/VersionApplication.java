package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /version}. */
@ApplicationPath("/version")
public class VersionApplication extends KubernetesApplication {}
