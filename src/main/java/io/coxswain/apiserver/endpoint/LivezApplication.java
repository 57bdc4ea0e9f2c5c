package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;

/** Serves {@code /livez}. */
@ApplicationPath("/livez")
public class LivezApplication extends KubernetesApplication {}
