package io.coxswain.apiserver.registry;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.Parsed;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.patch.JsonPatch;
import io.coxswain.meta.patch.MergePatch;
import io.coxswain.meta.patch.StrategicMergePatch;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.selector.FieldSelector;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.meta.validation.TypeMismatchException;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The type system of the built-in kinds: {@code codec} and {@code meta.schema}. Thread-safe. */
@ApplicationScoped
public class SchemaTypeSystem implements TypeSystem {
    private static final String ACCEPTED = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    private final SchemaCatalog catalog = SchemaCatalog.builtIn();

    @Override
    public Decoded decode(byte[] body, String contentType) {
        String mediaType = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        try {
            return switch (mediaType) {
                case "", "application/json", "*/*" -> decoded(JsonCodec.parse(body));
                case "application/vnd.kubernetes.protobuf" ->
                    Decoded.tree(ProtobufCodec.builtIn().decode(body));
                default ->
                    throw ApiException.unsupportedMediaType(
                            "the body of the request was in an unknown format - accepted media types include: "
                                    + ACCEPTED);
            };
        } catch (CodecException e) {
            throw new MalformedBodyException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Decoded decoded(Parsed parsed) {
        return new Decoded(parsed.value(), parsed.duplicates(), parsed.notes());
    }

    @Override
    public Conformed conform(GroupVersionKind kind, JsonObject object, Decoded source) {
        TypeSchema type =
                catalog.byKind(kind).orElseThrow(() -> new IllegalStateException("no schema of the kind " + kind));
        try {
            TypedDecoding.Result result = TypedDecoding.decode(object, type, source.duplicates());
            return new Conformed(result.object(), result.strictErrors());
        } catch (TypeMismatchException e) {
            throw new MalformedBodyException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public JsonObject strategicMerge(GroupVersionKind kind, JsonObject object, JsonObject patch) {
        TypeSchema type =
                catalog.byKind(kind).orElseThrow(() -> new IllegalStateException("no schema of the kind " + kind));
        return StrategicMergePatch.apply(object, patch, type);
    }

    @Override
    public JsonObject jsonPatch(JsonObject object, JsonValue patch) {
        return JsonPatch.apply(object, patch);
    }

    @Override
    public JsonObject mergePatch(JsonObject object, JsonObject patch) {
        return MergePatch.apply(object, patch);
    }

    @Override
    public boolean hasStrategicMerge(GroupVersionKind kind) {
        return catalog.byKind(kind).isPresent();
    }

    @Override
    public List<FieldError> validateMetadata(JsonObject object) {
        return MetadataRules.faults(object);
    }

    @Override
    public Predicate<Map<String, String>> labelSelector(String text) {
        LabelSelector selector = LabelSelector.parse(text);
        return selector::matches;
    }

    @Override
    public FieldSelection fieldSelector(String text) {
        return new Fields(FieldSelector.parse(text));
    }

    private record Fields(FieldSelector selector) implements FieldSelection {
        @Override
        public boolean isEmpty() {
            return selector.isEverything();
        }

        @Override
        public List<String> fields() {
            Set<String> names = new java.util.LinkedHashSet<>();
            selector.terms().forEach(term -> names.add(term.field()));
            return new ArrayList<>(names);
        }

        @Override
        public boolean matches(Map<String, String> values) {
            return selector.matches(field -> values.getOrDefault(field, ""));
        }

        @Override
        public String exact(String field) {
            return selector.exactValue(field).orElse("");
        }
    }
}
