package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.ObjectDecoder;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.patch.PatchRequest;
import io.coxswain.meta.patch.PatchType;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.meta.validation.TypeMismatchException;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.EnumSet;
import java.util.Set;

/** Turns bodies into objects and patches of the expected kind. */
final class RequestDecoder {
    private static final Set<PatchType> PATCHES = EnumSet.allOf(PatchType.class);

    private final TypeSchemas schemas;

    RequestDecoder(TypeSchemas schemas) {
        this.schemas = schemas;
    }

    /** Reads a body of the expected kind. @throws ApiException 400, 415 */
    JsonObject object(ApiRequest request, GroupVersionKind expected, FieldValidation validation, Warnings warnings) {
        TypeSchema type = schemas.get(expected);
        if (request.body() instanceof RequestBody.Tree tree) {
            return tree(tree.value(), expected, type);
        }
        byte[] bytes = request.body() instanceof RequestBody.Encoded encoded ? encoded.bytes() : new byte[0];
        TypedDecoding.Result result =
                ObjectDecoder.decode(bytes, MediaTypes.contentType(request.contentType()), expected, type, validation);
        result.strictErrors().forEach(warnings);
        return result.object();
    }

    /** A tree from one of our own loops: brought to its schema like any other, but never text. */
    private static JsonObject tree(JsonValue value, GroupVersionKind expected, TypeSchema type) {
        if (!(value instanceof JsonObject object)) {
            throw ApiException.badRequest(
                    "the object provided is unrecognized (must be of type " + expected.kind() + ")");
        }
        JsonObject named = withKind(object, expected);
        try {
            return TypedDecoding.decode(named, type).object();
        } catch (TypeMismatchException e) {
            throw new ApiException(
                    ApiException.badRequest(expected.kind() + " in version \"" + expected.version()
                                    + "\" cannot be handled as a " + expected.kind() + ": " + e.getMessage())
                            .status(),
                    e);
        }
    }

    /** Reads a patch. @throws ApiException 400, 415 */
    PatchRequest patch(ApiRequest request) {
        PatchType type = MediaTypes.patchType(request.contentType(), PATCHES);
        if (request.body() instanceof RequestBody.Tree tree) {
            return new PatchRequest(type, tree.value(), Set.of());
        }
        byte[] bytes = request.body() instanceof RequestBody.Encoded encoded ? encoded.bytes() : new byte[0];
        return ObjectDecoder.decodePatch(bytes, type);
    }

    TypeSchema schema(GroupVersionKind kind) {
        return schemas.get(kind);
    }

    /**
     * Reads the configuration of an apply, YAML or JSON; whether it fits its schema is found out when it is applied.
     *
     * @throws ApiException 400
     */
    JsonObject configuration(ApiRequest request, GroupVersionKind kind, FieldValidation validation, Warnings warnings) {
        JsonObject config;
        if (request.body() instanceof RequestBody.Tree tree) {
            config = tree.value() instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        } else {
            byte[] bytes = request.body() instanceof RequestBody.Encoded encoded ? encoded.bytes() : new byte[0];
            config = ObjectDecoder.decodeConfiguration(bytes, validation, warnings);
        }
        GroupVersionKind actual = new ObjectView(config).gvk();
        if (!actual.equals(kind)) {
            throw ApiException.badRequest("invalid object type: " + actual);
        }
        return config;
    }

    /** A merged configuration brought to its schema like any object. @throws ApiException 400 if it cannot be */
    JsonObject merged(JsonObject object, GroupVersionKind kind, Warnings warnings) {
        try {
            TypedDecoding.Result result = TypedDecoding.decode(object, schemas.get(kind));
            result.strictErrors().forEach(warnings);
            return result.object();
        } catch (TypeMismatchException e) {
            throw new ApiException(
                    ApiException.badRequest("failed to convert merged object: " + e.getMessage())
                            .status(),
                    e);
        }
    }

    /** The object after a patch. @throws ApiException 400, 413, 422 */
    JsonObject patched(PatchRequest patch, JsonObject old, GroupVersionKind kind, Write write) {
        TypedDecoding.Result result = patch.apply(old, schemas.get(kind), write.validation());
        result.strictErrors().forEach(write.warnings());
        return withKind(result.object(), kind);
    }

    /** The object with the kind it must have; what is absent is filled in. */
    private static JsonObject withKind(JsonObject object, GroupVersionKind expected) {
        ObjectView view = new ObjectView(object);
        String kind = view.kind();
        String apiVersion = view.apiVersion();
        if (!apiVersion.isEmpty() && !apiVersion.equals(expected.apiVersion())) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + expected.apiVersion() + ")");
        }
        if (!kind.isEmpty() && !kind.equals(expected.kind())) {
            throw ApiException.badRequest(
                    kind + " in version \"" + expected.version() + "\" cannot be handled as a " + expected.kind());
        }
        JsonObject whole = kind.isEmpty() ? JsonTrees.with(object, "kind", JsonTrees.text(expected.kind())) : object;
        return apiVersion.isEmpty()
                ? JsonTrees.with(whole, "apiVersion", JsonTrees.text(expected.apiVersion()))
                : whole;
    }
}
