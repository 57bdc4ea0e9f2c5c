package io.coxswain.apiserver.discovery;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.JsonTrees;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** {@code /version}: the Kubernetes version whose API is served. Clients compare major and minor with their own. */
@ApplicationScoped
public class VersionPath implements PathHandler {
    /** The release whose API is served; the part behind the plus sign names this product. */
    public static final String GIT_VERSION = "v1.34.0+coxswain";

    @Override
    public boolean serves(String path) {
        return path.equals("/version") || path.equals("/version/");
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        return new ObjectResponse(
                200,
                new TreeObject(JsonTrees.object()
                        .add("major", "1")
                        .add("minor", "34")
                        .add("gitVersion", GIT_VERSION)
                        .add("gitCommit", "")
                        .add("gitTreeState", "clean")
                        .add("buildDate", "2026-01-01T00:00:00Z")
                        .add("goVersion", "")
                        .add("compiler", "javac")
                        .add(
                                "platform",
                                System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/" + architecture())
                        .build()),
                List.of());
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
