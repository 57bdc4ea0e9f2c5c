package io.coxswain.apiserver.openapi;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.openapi.OpenApiDocuments.Document;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves {@code /openapi/v3} with the documents below it, and {@code /openapi/v2} as JSON and as protobuf. Thread-safe. */
@ApplicationScoped
public class OpenApiPaths implements PathHandler {
    private static final String V3 = "/openapi/v3";
    private static final String V2 = "/openapi/v2";
    private static final String JSON = "application/json";
    /** What clients ask for has an at-sign in it, which no media type may have. */
    private static final String V2_BINARY = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final String V2_BINARY_ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private OpenApiDocuments documents;

    @SuppressWarnings("NullAway.Init")
    protected OpenApiPaths() {}

    @Inject
    public OpenApiPaths(OpenApiDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(V3) || path.startsWith(V3 + "/") || path.equals(V2);
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        if (request.info().path().equals(V2)) {
            return v2(request.accept());
        }
        requireJson(request.accept(), JSON);
        String below = request.info().path().substring(V3.length()).replaceAll("^/+|/+$", "");
        if (below.isEmpty()) {
            return new RawResponse(200, JSON, JsonCodec.encode(index(documents.v3())), Map.of(), List.of());
        }
        Document document = Optional.ofNullable(documents.v3().get(below)).orElseThrow(ApiException::pathNotFound);
        // Under its hash a document never changes.
        boolean pinned = request.parameter("hash")
                .filter(document.hash()::equalsIgnoreCase)
                .isPresent();
        return answer(document, JSON, pinned ? "public, immutable" : "no-cache, private");
    }

    private ApiResponse v2(String accept) {
        if (accept.contains(V2_BINARY_ASKED) || accept.contains(V2_BINARY)) {
            return answer(documents.v2Binary(), V2_BINARY, "no-cache, private");
        }
        requireJson(accept, JSON + ", " + V2_BINARY);
        return answer(documents.v2Json(), JSON, "no-cache, private");
    }

    private static ApiResponse answer(Document document, String contentType, String caching) {
        return new RawResponse(
                200,
                contentType,
                document.body(),
                Map.of("ETag", "\"" + document.hash() + "\"", "Vary", "Accept", "Cache-Control", caching),
                List.of());
    }

    private static void requireJson(String accept, String accepted) {
        boolean json =
                accept.isEmpty() || accept.contains(JSON) || accept.contains("application/*") || accept.contains("*/*");
        if (!json) {
            throw ApiException.notAcceptable("only the following media types are accepted: " + accepted);
        }
    }

    private static JsonObject index(Map<String, Document> documents) {
        JsonObjectBuilder paths = JsonTrees.object();
        documents.forEach((path, document) -> paths.add(
                path, JsonTrees.object().add("serverRelativeURL", V3 + "/" + path + "?hash=" + document.hash())));
        return JsonTrees.object().add("paths", paths).build();
    }
}
