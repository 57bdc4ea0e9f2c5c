package io.coxswain.apiserver.endpoint;

import java.util.Set;

/** The first steps of the paths that JAX-RS applications of this package serve ({@link KubernetesApplication}). */
final class ApiPaths {
    private static final Set<String> ROOTS =
            Set.of("api", "apis", "version", "openapi", "healthz", "livez", "readyz", "openid", ".well-known");

    private ApiPaths() {}

    /** Whether {@code path}, which begins with a slash, is below one of them. */
    static boolean covers(String path) {
        int end = path.indexOf('/', 1);
        return ROOTS.contains(path.substring(1, end < 0 ? path.length() : end));
    }
}
