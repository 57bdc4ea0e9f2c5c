package io.coxswain.apiserver.endpoint;

import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.RegistryConfig;

/**
 * What a port of the server is for. One WAR answers on all of them, so that each request must be asked which door it came
 * in by: certificates are not asked for at the console's, and pages have no business at the API's.
 */
enum Listener {
    /** The Kubernetes API; also every endpoint an administrator adds to server.xml. */
    API,
    CONSOLE,
    /** The image registry. */
    REGISTRY;

    private static final String REGISTRY_ROOT = "/v2";

    static Listener of(int port, ConsoleConfig console, RegistryConfig registry) {
        if (port == console.port()) {
            return CONSOLE;
        }
        return port == registry.port() ? REGISTRY : API;
    }

    /** Whether this listener has anything to say about {@code path}, which begins with a slash. */
    boolean serves(String path) {
        return switch (this) {
            case API -> true;
            case CONSOLE -> !ApiPaths.covers(path) && !under(REGISTRY_ROOT, path);
            case REGISTRY -> under(REGISTRY_ROOT, path);
        };
    }

    private static boolean under(String root, String path) {
        return path.equals(root) || path.startsWith(root + "/");
    }
}
