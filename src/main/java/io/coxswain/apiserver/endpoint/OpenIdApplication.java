package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /openid}. */
@ApplicationPath("/openid")
public class OpenIdApplication extends KubernetesApplication {}
