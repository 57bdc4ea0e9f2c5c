package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.ApplicationPath;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The first steps of the paths that JAX-RS applications of this package serve ({@link KubernetesApplication}). */
final class ApiPaths {
    private static final Set<String> ROOTS = Stream.of(
                    ApiApplication.class,
                    ApisApplication.class,
                    VersionApplication.class,
                    OpenApiApplication.class,
                    HealthzApplication.class,
                    LivezApplication.class,
                    ReadyzApplication.class,
                    OpenIdApplication.class,
                    WellKnownApplication.class)
            .map(application -> application.getAnnotation(ApplicationPath.class).value())
            .collect(Collectors.toUnmodifiableSet());

    private ApiPaths() {}

    /** Whether {@code path}, which begins with a slash, is below one of them. */
    static boolean covers(String path) {
        int end = path.indexOf('/', 1);
        return ROOTS.contains(end < 0 ? path : path.substring(0, end));
    }
}
