package io.coxswain.apiserver.request;

import java.net.URI;

/** Where an upgraded connection (SPDY/3.1) is tunnelled to: a container runtime's single-use streaming URL. */
public record UpgradeTarget(URI uri) {}
