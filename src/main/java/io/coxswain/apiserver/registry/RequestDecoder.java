package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.registry.TypeSystem.Decoded;
import io.coxswain.apiserver.registry.TypeSystem.MalformedBodyException;
import io.coxswain.apiserver.registry.WriteParameters.FieldValidation;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Turns bodies into objects of the expected kind, with upstream's words for what is wrong with them. */
final class RequestDecoder {
    private static final String HEADER_STRUCT =
            "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    private final TypeSystem types;

    RequestDecoder(TypeSystem types) {
        this.types = types;
    }

    /** Reads a body of the expected kind. */
    JsonObject object(ApiRequest request, GroupVersionKind expected, FieldValidation validation, Warnings warnings) {
        Decoded decoded = value(request, expected);
        if (!(decoded.value() instanceof JsonObject object)) {
            throw unrecognized(
                    expected,
                    "couldn't get version/kind; json parse error: json: cannot unmarshal " + goTypeName(decoded.value())
                            + " into Go value of type " + HEADER_STRUCT);
        }
        return conform(object, expected, decoded, validation, warnings);
    }

    /** Checks an object, such as the result of a patch, against the expected kind. */
    JsonObject conform(
            JsonObject object,
            GroupVersionKind expected,
            Decoded source,
            FieldValidation validation,
            Warnings warnings) {
        TypeSystem.Conformed checked;
        try {
            checked = types.conform(expected, withKind(object, expected), source);
        } catch (MalformedBodyException e) {
            throw new ApiException(
                    badRequest(cannotBeHandled(expected, e.getMessage())).status(), e);
        }
        List<String> problems = new ArrayList<>(checked.problems());
        if (!source.notes().isEmpty()) {
            problems.add(source.notes());
        }
        if (!problems.isEmpty()) {
            switch (validation) {
                case STRICT ->
                    throw badRequest(
                            cannotBeHandled(expected, "strict decoding error: " + String.join(", ", problems)));
                case WARN -> problems.forEach(warnings);
                case IGNORE -> {}
            }
        }
        return checked.object();
    }

    /** Reads a body of any form, such as a patch. */
    Decoded value(ApiRequest request, GroupVersionKind expected) {
        if (request.body() instanceof RequestBody.Tree tree) {
            return Decoded.tree(tree.value());
        }
        byte[] bytes = request.body() instanceof RequestBody.Encoded encoded ? encoded.bytes() : new byte[0];
        if (bytes.length == 0) {
            throw unrecognized(expected, "couldn't get version/kind; json parse error: unexpected end of JSON input");
        }
        return decode(bytes, request.contentType(), expected);
    }

    private Decoded decode(byte[] bytes, String contentType, GroupVersionKind expected) {
        try {
            return types.decode(bytes, contentType);
        } catch (MalformedBodyException e) {
            throw new ApiException(
                    unrecognized(expected, "couldn't get version/kind; json parse error: " + e.getMessage())
                            .status(),
                    e);
        }
    }

    /** Reads a body that is JSON by definition, such as a patch. */
    Decoded json(ApiRequest request, GroupVersionKind expected) {
        if (request.body() instanceof RequestBody.Encoded encoded && encoded.bytes().length > 0) {
            return decode(encoded.bytes(), "application/json", expected);
        }
        return value(request, expected);
    }

    /** The object with the kind it must have; what is absent is filled in. */
    private static JsonObject withKind(JsonObject object, GroupVersionKind expected) {
        ObjectView view = new ObjectView(object);
        String kind = view.kind();
        String apiVersion = view.apiVersion();
        if (!apiVersion.isEmpty() && !apiVersion.equals(expected.apiVersion())) {
            throw badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + expected.apiVersion() + ")");
        }
        if (!kind.isEmpty() && !kind.equals(expected.kind())) {
            throw badRequest(kind + " in version \"" + expected.version() + "\" cannot be handled as a "
                    + expected.kind() + ": converting (" + expected.version() + "." + kind + ") to ("
                    + expected.version() + "." + expected.kind() + "): unknown conversion");
        }
        JsonObject whole = kind.isEmpty() ? JsonTrees.with(object, "kind", JsonTrees.text(expected.kind())) : object;
        return apiVersion.isEmpty()
                ? JsonTrees.with(whole, "apiVersion", JsonTrees.text(expected.apiVersion()))
                : whole;
    }

    static String cannotBeHandled(GroupVersionKind kind, String why) {
        return kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a " + kind.kind() + ": "
                + why;
    }

    private static ApiException unrecognized(GroupVersionKind expected, String why) {
        return badRequest("the object provided is unrecognized (must be of type " + expected.kind() + "): " + why);
    }

    private static ApiException badRequest(String message) {
        return ApiException.badRequest(message);
    }

    static String goTypeName(JsonValue value) {
        return switch (value.getValueType()) {
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE, FALSE -> "bool";
            case NULL -> "null";
            case OBJECT -> "object";
        };
    }
}
