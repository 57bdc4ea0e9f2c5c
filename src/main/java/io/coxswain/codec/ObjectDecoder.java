package io.coxswain.codec;

import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.patch.PatchRequest;
import io.coxswain.meta.patch.PatchType;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.meta.validation.TypeMismatchException;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Request bodies to objects: decoding, type and field validation, in upstream's order and words. Stateless. */
public final class ObjectDecoder {
    private static final String SCHEME = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";
    private static final int SUMMARY_BYTES = 30;

    private ObjectDecoder() {}

    /**
     * Decodes an object.
     *
     * @param expected the kind that the endpoint serves; a body that names none is taken for it
     * @param type the schema of that kind
     * @return the object with its {@code apiVersion} and {@code kind}, and the warnings of {@link FieldValidation#WARN}
     * @throws ApiException 400 with upstream's message
     */
    public static TypedDecoding.Result decode(
            byte[] body, Format format, GroupVersionKind expected, TypeSchema type, FieldValidation validation) {
        Content content = content(body, format, expected);
        GroupVersionKind actual = content.kind;
        requireKind(actual, expected);
        try {
            TypedDecoding.Result result =
                    TypedDecoding.decode(content.parsed.value(), type, content.parsed.duplicates());
            List<String> strict = new ArrayList<>();
            // Protobuf holds no field names; upstream has nothing to be strict about there.
            if (validation != FieldValidation.IGNORE && format != Format.PROTOBUF) {
                if (!content.parsed.notes().isEmpty()) {
                    strict.add(content.parsed.notes());
                }
                strict.addAll(result.strictErrors());
            }
            if (validation == FieldValidation.STRICT && !strict.isEmpty()) {
                throw cannotBeHandled(actual, expected, "strict decoding error: " + String.join(", ", strict));
            }
            return new TypedDecoding.Result(withType(result.object(), actual), strict);
        } catch (TypeMismatchException e) {
            throw cannotBeHandled(actual, expected, e.getMessage());
        }
    }

    /**
     * Decodes a patch of any format but apply.
     *
     * @throws ApiException 400 with upstream's message
     */
    public static PatchRequest decodePatch(byte[] body, PatchType type) {
        try {
            Parsed parsed = JsonCodec.parse(body);
            if (type != PatchType.JSON && !(parsed.value() instanceof JsonObject)) {
                throw new CodecException("json: cannot unmarshal " + words(parsed.value())
                        + " into Go value of type map[string]interface {}");
            }
            return new PatchRequest(type, parsed.value(), parsed.duplicates());
        } catch (CodecException e) {
            throw ApiException.badRequest(
                    type == PatchType.STRATEGIC_MERGE ? e.getMessage() : "error decoding patch: " + e.getMessage());
        }
    }

    /**
     * Decodes the configuration of a server-side apply.
     *
     * @param warnings takes what {@link FieldValidation#WARN} has to say of keys that are set twice
     * @throws ApiException 400 with upstream's message
     */
    public static JsonObject decodeConfiguration(byte[] body, FieldValidation validation, Consumer<String> warnings) {
        Parsed parsed;
        try {
            parsed = YamlCodec.parse(body);
        } catch (CodecException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
        if (!(parsed.value() instanceof JsonObject config)) {
            throw ApiException.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json:"
                    + " cannot unmarshal " + words(parsed.value())
                    + " into Go value of type map[string]interface {}");
        }
        if (!parsed.notes().isEmpty() && validation == FieldValidation.STRICT) {
            throw ApiException.badRequest("error strict decoding YAML: " + parsed.notes());
        }
        if (!parsed.notes().isEmpty() && validation == FieldValidation.WARN) {
            warnings.accept(parsed.notes());
        }
        return config;
    }

    private record Content(Parsed parsed, GroupVersionKind kind) {}

    private static Content content(byte[] body, Format format, GroupVersionKind expected) {
        try {
            if (format == Format.PROTOBUF) {
                return protobuf(body, expected);
            }
            Parsed parsed = format == Format.YAML ? YamlCodec.parse(body) : json(body);
            return new Content(parsed, kindOf(parsed.value(), expected));
        } catch (CodecException e) {
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + expected.kind()
                    + "): " + e.getMessage() + " (" + summary(body) + ")");
        }
    }

    private static Parsed json(byte[] body) {
        try {
            return JsonCodec.parse(body);
        } catch (CodecException e) {
            throw new CodecException("couldn't get version/kind; json parse error: " + e.getMessage(), e);
        }
    }

    private static Content protobuf(byte[] body, GroupVersionKind expected) {
        ProtobufCodec.Envelope envelope = ProtobufCodec.open(body);
        GroupVersionKind actual = complete(envelope.apiVersion(), envelope.kind(), expected);
        requireKind(actual, expected);
        JsonObject object;
        try {
            object = ProtobufCodec.builtIn().decode(envelope, actual);
        } catch (CodecException e) {
            throw cannotBeHandled(actual, expected, e.getMessage());
        }
        return new Content(new Parsed(object, Set.of(), ""), actual);
    }

    private static GroupVersionKind kindOf(JsonValue value, GroupVersionKind expected) {
        if (value.getValueType() == JsonValue.ValueType.NULL) {
            return expected;
        }
        if (!(value instanceof JsonObject object)) {
            throw new CodecException("couldn't get version/kind; json parse error: json: cannot unmarshal "
                    + words(value)
                    + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind"
                    + " string \"json:\\\"kind,omitempty\\\"\" }");
        }
        return complete(text(object, "apiVersion"), text(object, "kind"), expected);
    }

    private static String text(JsonObject object, String field) {
        JsonValue value = object.get(field);
        if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
            return "";
        }
        if (value instanceof JsonString string) {
            return string.getString();
        }
        throw new CodecException("couldn't get version/kind; json parse error: json: cannot unmarshal " + words(value)
                + " into Go struct field ." + field + " of type string");
    }

    /** Fills in what the body does not say from what the endpoint serves. */
    private static GroupVersionKind complete(String apiVersion, String kind, GroupVersionKind expected) {
        if (apiVersion.indexOf('/') != apiVersion.lastIndexOf('/')) {
            throw new CodecException("unexpected GroupVersion string: " + apiVersion);
        }
        return GroupVersionKind.of(
                apiVersion.isEmpty() ? expected.apiVersion() : apiVersion, kind.isEmpty() ? expected.kind() : kind);
    }

    private static void requireKind(GroupVersionKind actual, GroupVersionKind expected) {
        if (actual.equals(expected)) {
            return;
        }
        TypeSchema known = SchemaCatalog.builtIn().byKind(actual).orElse(null);
        if (known == null) {
            throw cannotBeHandled(
                    actual,
                    expected,
                    "no kind \"" + actual.kind() + "\" is registered for version \"" + actual.apiVersion()
                            + "\" in scheme \"" + SCHEME + "\"");
        }
        if (!actual.kind().equals(expected.kind())) {
            throw cannotBeHandled(
                    actual,
                    expected,
                    "converting (" + known.goType() + ") to (" + internalPackage(expected) + "." + expected.kind()
                            + "): unknown conversion");
        }
        // DeleteOptions and their like are the same type in every group version.
        if (known.name().startsWith("io.k8s.apimachinery.")) {
            return;
        }
        throw ApiException.badRequest("the API version in the data (" + actual.apiVersion()
                + ") does not match the expected API version (" + expected.apiVersion() + ")");
    }

    private static String internalPackage(GroupVersionKind kind) {
        int dot = kind.group().indexOf('.');
        return kind.group().isEmpty()
                ? "core"
                : dot < 0 ? kind.group() : kind.group().substring(0, dot);
    }

    private static ApiException cannotBeHandled(GroupVersionKind actual, GroupVersionKind expected, String why) {
        return ApiException.badRequest(actual.kind() + " in version \"" + actual.version()
                + "\" cannot be handled as a " + expected.kind() + ": " + why);
    }

    private static JsonObject withType(JsonObject object, GroupVersionKind kind) {
        if (object.containsKey("apiVersion") && object.containsKey("kind")) {
            return object;
        }
        var builder = JsonTrees.object().add("apiVersion", kind.apiVersion()).add("kind", kind.kind());
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            builder.add(member.getKey(), member.getValue());
        }
        return builder.build();
    }

    private static String words(JsonValue value) {
        return switch (value.getValueType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE, FALSE -> "bool";
            case NULL -> "null";
        };
    }

    /** The beginning of a body as upstream shows it: as it is if it looks like JSON, in hexadecimal otherwise. */
    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        int length = Math.min(body.length, SUMMARY_BYTES);
        String more = body.length > SUMMARY_BYTES ? " ..." : "";
        if (body[0] == '{') {
            return new String(body, 0, length, StandardCharsets.UTF_8) + more;
        }
        return HexFormat.of().formatHex(body, 0, length) + more;
    }
}
