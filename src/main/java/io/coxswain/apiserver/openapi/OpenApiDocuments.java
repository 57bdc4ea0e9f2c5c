package io.coxswain.apiserver.openapi;

import io.coxswain.apiserver.discovery.VersionPath;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.registry.ResourceRegistry.Catalog;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.SchemaDescriptions;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The OpenAPI documents of what is served now; made when first asked for, kept until the catalog changes. Thread-safe. */
@ApplicationScoped
public class OpenApiDocuments {
    private final SchemaCatalog types = SchemaCatalog.builtIn();
    private ResourceRegistry registry;
    private @Nullable Cached cached;

    /** A document with the hash by which clients pin it. */
    record Document(byte[] body, String hash) {}

    private static final class Cached {
        private final long generation;
        private final Map<String, Document> v3;
        private @Nullable Document v2Json;
        private @Nullable Document v2Binary;

        Cached(long generation, Map<String, Document> v3) {
            this.generation = generation;
            this.v3 = v3;
        }
    }

    @SuppressWarnings("NullAway.Init")
    protected OpenApiDocuments() {}

    @Inject
    public OpenApiDocuments(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** The v3 documents by their path below {@code /openapi/v3/}. */
    synchronized Map<String, Document> v3() {
        return current().v3;
    }

    /** The v2 document as JSON. */
    synchronized Document v2Json() {
        Cached now = current();
        Document known = now.v2Json;
        if (known == null) {
            known = hashed(JsonCodec.encode(v2(now)));
            now.v2Json = known;
        }
        return known;
    }

    /** The v2 document as protobuf. */
    synchronized Document v2Binary() {
        Cached now = current();
        Document known = now.v2Binary;
        if (known == null) {
            known = hashed(SwaggerBinary.encode(v2(now)));
            now.v2Binary = known;
        }
        return known;
    }

    private static JsonObject v2(Cached now) {
        return SwaggerDocument.of(now.v3.values().stream()
                .map(document -> JsonCodec.parseObject(document.body()))
                .toList());
    }

    private Cached current() {
        Catalog catalog = registry.catalog();
        Cached known = cached;
        if (known == null || known.generation != catalog.generation()) {
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
        return Collections.unmodifiableMap(documents);
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
        return hashed(JsonCodec.encode(document));
    }

    private static Document hashed(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(body);
            return new Document(body, HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
