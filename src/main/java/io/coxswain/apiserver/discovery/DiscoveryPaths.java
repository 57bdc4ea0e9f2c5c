package io.coxswain.apiserver.discovery;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.registry.ResourceRegistry.Catalog;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Serves {@code /api} and {@code /apis} down to the group versions. Thread-safe. */
@ApplicationScoped
public class DiscoveryPaths implements PathHandler {
    private static final String AGGREGATED_PREFIX = "application/json;g=apidiscovery.k8s.io;v=";
    private static final String AGGREGATED_SUFFIX = ";as=APIGroupDiscoveryList";

    private ResourceRegistry registry;
    private String serverAddress;
    private volatile @Nullable Cached cached;

    /** An aggregated document with its hash. */
    private record Document(byte[] body, String etag) {}

    private record Cached(long generation, DiscoveryDocuments documents, Map<String, Document> aggregated) {}

    @SuppressWarnings("NullAway.Init")
    protected DiscoveryPaths() {}

    @Inject
    public DiscoveryPaths(ResourceRegistry registry, ApiServerConfig config) {
        this(registry, config.advertiseAddress() + ":" + config.port());
    }

    DiscoveryPaths(ResourceRegistry registry, String serverAddress) {
        this.registry = registry;
        this.serverAddress = serverAddress;
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/api") || path.equals("/apis") || path.startsWith("/api/") || path.startsWith("/apis/");
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        String[] steps =
                request.info().path().replaceAll("/+$", "").substring(1).split("/");
        Cached now = current();
        boolean core = steps[0].equals("api");
        if (steps.length == 1) {
            Optional<String> version = aggregatedVersion(request.accept());
            if (version.isPresent()) {
                return aggregated(now, core, version.get());
            }
            requireJson(request.accept());
            TreeObject legacy =
                    new TreeObject(core ? now.documents.apiVersions(serverAddress) : now.documents.groupList());
            // Caches must not mix the two forms up.
            return new RawResponse(200, "application/json", legacy.json(), Map.of("Vary", "Accept"), List.of());
        }
        Optional<jakarta.json.JsonObject> document;
        if (core) {
            document = steps.length == 2 ? now.documents.resourceList("", steps[1]) : Optional.empty();
        } else if (steps.length == 2) {
            document = now.documents.groupDocument(steps[1]);
        } else {
            document = steps.length == 3 ? now.documents.resourceList(steps[1], steps[2]) : Optional.empty();
        }
        MediaTypes.accept(request.accept(), Set.of(MediaTypes.Format.values()), false);
        return new ObjectResponse(200, new TreeObject(document.orElseThrow(ApiException::pathNotFound)), List.of());
    }

    /** These two documents are JSON only; every client takes that. */
    private static void requireJson(String accept) {
        MediaTypes.accept(accept, Set.of(MediaTypes.Format.JSON), false);
    }

    private ApiResponse aggregated(Cached now, boolean core, String version) {
        Document document = now.aggregated.computeIfAbsent(
                core + version, key -> document(now.documents.aggregated(core, "apidiscovery.k8s.io/" + version)));
        return new RawResponse(
                200,
                AGGREGATED_PREFIX + version + AGGREGATED_SUFFIX,
                document.body,
                Map.of("Vary", "Accept", "ETag", document.etag, "Cache-Control", "public"),
                List.of());
    }

    private Cached current() {
        Catalog catalog = registry.catalog();
        Cached known = cached;
        if (known == null || known.generation != catalog.generation()) {
            known = new Cached(catalog.generation(), new DiscoveryDocuments(catalog), new ConcurrentHashMap<>());
            cached = known;
        }
        return known;
    }

    /** The version of the aggregated form that the client would rather have than the legacy one. */
    private static Optional<String> aggregatedVersion(String accept) {
        return MediaTypes.aggregatedDiscovery(accept, List.of("v2", "v2beta1"));
    }

    private static Document document(jakarta.json.JsonObject tree) {
        byte[] body = new TreeObject(tree).json();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(body);
            String text = HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT);
            return new Document(body, "\"" + text + "\"");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
