package io.coxswain.apiserver.openapi;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.discovery.VersionPath;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.registry.ResourceRegistry.Catalog;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.SchemaDescriptions;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Serves {@code /openapi/v3} and the documents below it. {@code /openapi/v2} is not served: clients take a 404 for that. Thread-safe. */
@ApplicationScoped
public class OpenApiPaths implements PathHandler {
    private static final String ROOT = "/openapi/v3";

    private final SchemaCatalog types = SchemaCatalog.builtIn();
    private ResourceRegistry registry;
    private volatile @Nullable Cached cached;

    private record Document(byte[] body, String hash) {}

    private record Cached(long generation, Map<String, Document> documents) {}

    @SuppressWarnings("NullAway.Init")
    protected OpenApiPaths() {}

    @Inject
    public OpenApiPaths(ResourceRegistry registry) {
        this.registry = registry;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        String accept = request.accept();
        boolean json = accept.isEmpty() || accept.contains("application/json") || accept.contains("*/*");
        if (!json) {
            throw ApiException.notAcceptable("only the following media types are accepted: application/json");
        }
        String below = request.info().path().substring(ROOT.length()).replaceAll("^/+|/+$", "");
        Map<String, Document> documents = current().documents();
        if (below.isEmpty()) {
            return new RawResponse(200, "application/json", JsonCodec.encode(index(documents)), Map.of(), List.of());
        }
        Document document = Optional.ofNullable(documents.get(below)).orElseThrow(ApiException::pathNotFound);
        // Under its hash a document never changes.
        boolean pinned = request.parameter("hash")
                .filter(document.hash()::equalsIgnoreCase)
                .isPresent();
        Map<String, String> headers = pinned
                ? Map.of("ETag", "\"" + document.hash() + "\"", "Cache-Control", "public, immutable")
                : Map.of("ETag", "\"" + document.hash() + "\"");
        return new RawResponse(200, "application/json", document.body(), headers, List.of());
    }

    private static JsonObject index(Map<String, Document> documents) {
        JsonObjectBuilder paths = JsonTrees.object();
        documents.forEach((path, document) -> paths.add(
                path, JsonTrees.object().add("serverRelativeURL", ROOT + "/" + path + "?hash=" + document.hash())));
        return JsonTrees.object().add("paths", paths).build();
    }

    private Cached current() {
        Catalog catalog = registry.catalog();
        Cached known = cached;
        if (known == null || known.generation() != catalog.generation()) {
            known = new Cached(catalog.generation(), documents(catalog));
            cached = known;
        }
        return known;
    }

    private Map<String, Document> documents(Catalog catalog) {
        Map<String, Document> documents = new TreeMap<>();
        SchemaComponents components = new SchemaComponents(SchemaDescriptions.load());
        for (GroupVersionResource gvr : catalog.resources().keySet()) {
            documents.computeIfAbsent(
                    gvr.pathPrefix().substring(1),
                    path -> document(catalog.of(gvr.group(), gvr.version()), components));
        }
        return documents;
    }

    private Document document(List<RegisteredResource> resources, SchemaComponents components) {
        Operations operations = new Operations(types);
        resources.forEach(operations::add);
        List<TypeSchema> roots = new ArrayList<>();
        operations.usedKinds().forEach(kind -> types.byKind(kind).ifPresent(roots::add));
        types.byName("io.k8s.apimachinery.pkg.apis.meta.v1.Patch").ifPresent(roots::add);
        JsonObject document = JsonTrees.object()
                .add("openapi", "3.0.0")
                .add("info", JsonTrees.object().add("title", "Kubernetes").add("version", VersionPath.GIT_VERSION))
                .add("paths", operations.paths())
                .add("components", JsonTrees.object().add("schemas", components.of(roots)))
                .build();
        byte[] body = JsonCodec.encode(document);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(body);
            return new Document(body, HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
