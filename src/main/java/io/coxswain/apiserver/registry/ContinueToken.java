package io.coxswain.apiserver.registry;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.store.ObjectKey;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a paged list goes on: base64 of the JSON {@code {v, rv, start}}, as upstream's, with the list it belongs to.
 *
 * @param revision the revision of the first page; -1 to go on at the newest
 * @param start the last key of the page before, {@code namespace/name}
 * @param scope the resource and namespace of the list
 */
record ContinueToken(long revision, String start, String scope) {
    private static final String VERSION = "meta.k8s.io/v1";
    private static final int MAX_LENGTH = 4096;

    static ContinueToken after(long revision, ObjectKey last, @Nullable String namespace) {
        return new ContinueToken(revision, last.namespace() + "/" + last.name(), scope(last.resource(), namespace));
    }

    static String scope(String resource, @Nullable String namespace) {
        return namespace == null ? resource : resource + "/" + namespace;
    }

    String encode() {
        String json = Json.createObjectBuilder()
                .add("v", VERSION)
                .add("rv", revision)
                .add("start", start + "\u0000")
                .add("list", scope)
                .build()
                .toString();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws ApiException 400 if the text is no token of this list */
    static ContinueToken decode(String text, String expectedScope) {
        ObjectView json = new ObjectView(parse(text));
        if (!json.text("v").equals(VERSION)) {
            throw invalid("server does not recognize this encoded version " + json.text("v"));
        }
        long revision = json.number("rv").orElse(0L);
        String start = json.text("start");
        if (revision == 0) {
            throw invalid("incorrect encoded start resourceVersion (version " + VERSION + ")");
        }
        if (!start.endsWith("\u0000") || start.indexOf('/') < 0) {
            throw invalid("encoded start key empty (version " + VERSION + ")");
        }
        if (!json.text("list").equals(expectedScope)) {
            throw invalid("the token belongs to another list");
        }
        return new ContinueToken(revision, start.substring(0, start.length() - 1), expectedScope);
    }

    ObjectKey startKey(String resource) {
        int slash = start.indexOf('/');
        return new ObjectKey(resource, start.substring(0, slash), start.substring(slash + 1));
    }

    private static jakarta.json.JsonObject parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("too long");
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            try (JsonReader reader = Json.createReader(new StringReader(new String(bytes, StandardCharsets.UTF_8)))) {
                return reader.readObject();
            }
        } catch (IllegalArgumentException | JsonException e) {
            throw invalid("it cannot be decoded");
        }
    }

    private static ApiException invalid(String why) {
        return ApiException.badRequest("continue key is not valid: " + why);
    }
}
