package io.coxswain.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** What tests ask of a kind: the row it prints, what defaulting makes of a manifest, and the faults it finds. */
public final class KindAssert {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final KindDefinition kind;

    private KindAssert(KindDefinition kind) {
        this.kind = kind;
    }

    public static KindAssert assertThatKind(KindDefinition kind) {
        return new KindAssert(kind);
    }

    /** Defaulting makes exactly the expected object of the manifest, and leaves its own result alone. */
    public KindAssert defaults(String manifest, String expected) {
        JsonObject defaulted = kind.defaults(Trees.yaml(manifest));
        assertThat(defaulted).isEqualTo(Trees.yaml(expected));
        assertThat(kind.defaults(defaulted)).isSameAs(defaulted);
        return this;
    }

    /** The cells of the row, joined by {@code " | "}; as many as there are columns. */
    public KindAssert row(String object, String expected) {
        List<JsonValue> cells = kind.cells(Trees.view(object), NOW);
        assertThat(cells).hasSameSizeAs(kind.columns());
        List<String> texts = cells.stream()
                .map(cell -> cell instanceof JsonString text ? text.getString() : cell.toString())
                .toList();
        assertThat(String.join(" | ", texts)).isEqualTo(expected);
        assertThat(kind.columns().get(0).format()).isIn("name", "");
        return this;
    }

    /** The defaulted manifest has exactly these faults, in any order. */
    public KindAssert faults(String manifest, String... expected) {
        JsonObject created = kind.prepareForCreate(kind.defaults(Trees.yaml(manifest)));
        assertThat(kind.validate(new ObjectView(kind.defaults(created))))
                .extracting(FieldError::toString)
                .containsExactlyInAnyOrder(expected);
        return this;
    }

    public KindAssert valid(String manifest) {
        return faults(manifest);
    }

    /** Changing the one defaulted manifest into the other has exactly these faults. */
    public KindAssert updateFaults(String before, String after, String... expected) {
        JsonObject old = kind.defaults(Trees.yaml(before));
        JsonObject now = kind.prepareForUpdate(kind.defaults(Trees.yaml(after)), old);
        assertThat(kind.validateUpdate(new ObjectView(now), new ObjectView(old)))
                .extracting(FieldError::toString)
                .containsExactlyInAnyOrder(expected);
        return this;
    }
}
