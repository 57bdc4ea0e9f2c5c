package io.coxswain.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every stored kind, shown on its sample. */
class EveryKindTest {
    /** A creation without the registry: what a client sent, with the metadata that every object gets. */
    private static JsonObject created(KindDefinition kind) {
        JsonObject sent = KindSamples.sample(kind);
        sent = JsonTrees.set(sent, JsonTrees.text("3f2b9c1e-0000-4000-8000-000000000001"), "metadata", "uid");
        sent = JsonTrees.set(sent, JsonTrees.text("2026-01-02T03:04:05Z"), "metadata", "creationTimestamp");
        if (kind.namespaced()) {
            sent = JsonTrees.set(sent, JsonTrees.text("default"), "metadata", "namespace");
        }
        return kind.defaults(kind.withInitialFinalizers(kind.prepareForCreate(kind.defaults(sent))));
    }

    static Stream<KindDefinition> kinds() {
        return KindSamples.storedKinds().stream();
    }

    @Test
    void findsTheKinds() {
        assertThat(KindSamples.storedKinds()).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theSampleIsValid(KindDefinition kind) {
        JsonObject created = created(kind);
        assertThat(kind.validate(new ObjectView(created)))
                .extracting(FieldError::toString)
                .isEmpty();
        assertThat(kind.validateName(new ObjectView(created).name(), false)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anUpdateThatChangesNothingIsNoChange(KindDefinition kind) {
        JsonObject created = created(kind);
        JsonObject updated = kind.prepareForUpdate(kind.defaults(created), created);
        assertThat(updated).isEqualTo(created);
        assertThat(kind.validateUpdate(new ObjectView(updated), new ObjectView(created)))
                .isEmpty();
        assertThat(kind.defaults(created)).isSameAs(created);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsStoredFitsTheSchemaAndComesBackTheSame(KindDefinition kind) {
        JsonObject created = created(kind);
        var type = SchemaCatalog.builtIn().byKind(kind.names().gvk()).orElseThrow();
        TypedDecoding.Result decoded = TypedDecoding.decode(created, type);
        assertThat(decoded.strictErrors()).isEmpty();
        assertThat(kind.fromStorage(kind.toStorage(created))).isEqualTo(created);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void protobufCarriesAllOfIt(KindDefinition kind) {
        var type = SchemaCatalog.builtIn().byKind(kind.names().gvk()).orElseThrow();
        JsonObject sent = TypedDecoding.decode(created(kind), type).object();
        ProtobufCodec codec = ProtobufCodec.builtIn();
        JsonObject received = codec.decode(codec.encode(sent));
        assertThat(TreeDifference.lines(
                        "", sent, TypedDecoding.decode(received, type).object()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyColumnHasACellAndEverySelectableFieldAValue(KindDefinition kind) {
        ObjectView created = new ObjectView(created(kind));
        assertThat(kind.cells(created, KindAssert.NOW)).hasSameSizeAs(kind.columns());
        assertThat(kind.fieldValues(created)).containsOnlyKeys(kind.selectableFields());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void clientsDoNotDecideTheStatusOfANewObject(KindDefinition kind) {
        if (!kind.hasStatus() || kind.names().kind().equals("Node")) {
            return; // a node agent registers itself with its status in one request
        }
        JsonObject forged = JsonTrees.set(
                KindSamples.sample(kind),
                JsonTrees.object().add("observedGeneration", 42).build(),
                "status");
        assertThat(new ObjectView(kind.prepareForCreate(kind.defaults(forged))).at("status", "observedGeneration"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noOddValueMakesItThrow(KindDefinition kind) {
        List<JsonObject> variants = HostileObjectsTest.variants(KindSamples.sample(kind));
        assertThat(variants).isNotEmpty();
        HostileObjectsTest.survives(kind, variants, KindSamples.sample(kind));
    }
}
