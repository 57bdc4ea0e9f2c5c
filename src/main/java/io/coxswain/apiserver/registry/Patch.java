package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A decoded patch of one of the types that the {@code Content-Type} names. Immutable. */
final class Patch {
    private static final int MAX_OPERATIONS = 10_000;
    private static final GroupVersionKind NO_KIND = new GroupVersionKind("", "", "");

    /** The patch types. Server-side apply is not among them: {@link Type#of} refuses it like any type a kind cannot take. */
    enum Type {
        JSON("application/json-patch+json"),
        MERGE("application/merge-patch+json"),
        STRATEGIC("application/strategic-merge-patch+json");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }

        /** @throws ApiException 415 with the types that would do */
        static Type of(String contentType, boolean strategic) {
            String mediaType = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
            List<Type> accepted = new ArrayList<>(List.of(values()));
            if (!strategic) {
                accepted.remove(STRATEGIC);
            }
            for (Type type : accepted) {
                if (type.mediaType.equals(mediaType)) {
                    return type;
                }
            }
            throw ApiException.unsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types include: "
                            + accepted.stream().map(type -> type.mediaType).collect(Collectors.joining(", ")));
        }
    }

    private final Type type;
    private final JsonValue value;
    private final TypeSystem.Decoded source;

    private Patch(Type type, TypeSystem.Decoded source) {
        this.type = type;
        this.value = source.value();
        this.source = source;
    }

    static Patch of(ApiRequest request, GroupVersionKind kind, TypeSystem types, RequestDecoder decoder) {
        Type type = Type.of(request.contentType(), types.hasStrategicMerge(kind));
        // The patch types are JSON by definition, whatever the codec for the header would be.
        TypeSystem.Decoded decoded = decoder.json(request, kind);
        if (type == Type.JSON) {
            if (!(decoded.value() instanceof JsonArray operations)) {
                throw ApiException.badRequest("error decoding patch: json: cannot unmarshal "
                        + RequestDecoder.goTypeName(decoded.value()) + " into Go value of type jsonpatch.Patch");
            }
            if (operations.size() > MAX_OPERATIONS) {
                throw ApiException.tooLarge("The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS
                        + ", got " + operations.size());
            }
        } else if (!(decoded.value() instanceof JsonObject)) {
            throw ApiException.badRequest("error decoding patch: json: cannot unmarshal "
                    + RequestDecoder.goTypeName(decoded.value())
                    + " into Go value of type map[string]interface {}");
        }
        return new Patch(type, decoded);
    }

    /** The object after the patch, brought to its schema. */
    JsonObject apply(JsonObject old, GroupVersionKind kind, TypeSystem types, RequestDecoder decoder, Write write) {
        JsonObject result = switch (type) {
            case JSON -> types.jsonPatch(old, value);
            case MERGE -> types.mergePatch(old, value.asJsonObject());
            case STRATEGIC -> types.strategicMerge(kind, old, value.asJsonObject());
        };
        try {
            return decoder.conform(result, kind, source, write.validation(), write.warnings());
        } catch (ApiException e) {
            if (e.code() != 400) {
                throw e;
            }
            String prefix = RequestDecoder.cannotBeHandled(kind, "");
            String message = e.status().message();
            ApiException invalid = faulty(message.startsWith(prefix) ? message.substring(prefix.length()) : message);
            throw new ApiException(invalid.status(), e);
        }
    }

    private ApiException faulty(String why) {
        return ApiException.invalid(
                NO_KIND, "", List.of(FieldError.invalid(FieldPath.of("patch"), value.toString(), why)));
    }
}
