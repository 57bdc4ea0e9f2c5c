package io.coxswain.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;

class TreeEditorTest {
    private static final JsonObject POD = Trees.yaml("""
            metadata: {name: web}
            spec:
              nodeName: null
              containers: [{name: a, image: x}, {name: b, image: y}]
            """);

    @Test
    void answersTheSameObjectIfNothingChanges() {
        JsonObject same = TreeEditor.edit(
                POD,
                editor -> editor.setDefault("metadata", JsonValue.EMPTY_JSON_OBJECT)
                        .editField("metadata", metadata -> metadata.set("name", "web"))
                        .editField("spec", spec -> spec.editItems("containers", each -> each.setDefault("name", "c")))
                        .remove("status")
                        .editField("absent", each -> each.set("x", 1)));

        assertThat(same).isSameAs(POD);
    }

    @Test
    void changesOnlyThePathThatIsTouched() {
        JsonObject changed = TreeEditor.edit(
                POD,
                editor -> editor.editField(
                        "spec",
                        spec -> spec.mapItems(
                                "containers",
                                each -> each.getString("name").equals("b")
                                        ? JsonTrees.set(each, JsonTrees.text("z"), "image")
                                        : each)));

        ObjectView view = new ObjectView(changed);
        assertThat(view.items("spec", "containers"))
                .extracting(each -> each.text("image"))
                .containsExactly("x", "z");
        assertThat(changed.get("metadata")).isSameAs(POD.get("metadata"));
        assertThat(new ObjectView(POD).items("spec", "containers").get(1).text("image"))
                .isEqualTo("y");
    }

    @Test
    void nullCountsAsAbsent() {
        assertThat(TreeEditor.of(POD.getJsonObject("spec")).has("nodeName")).isFalse();
        assertThat(TreeEditor.edit(POD.getJsonObject("spec"), spec -> spec.setDefault("nodeName", "n1"))
                        .getString("nodeName"))
                .isEqualTo("n1");
    }

    @Test
    void makesObjectsOnTheWay() {
        assertThat(JsonTrees.set(JsonValue.EMPTY_JSON_OBJECT, JsonTrees.number(3), "a", "b", "c"))
                .isEqualTo(Trees.yaml("{a: {b: {c: 3}}}"));
        assertThat(JsonTrees.remove(Trees.yaml("{a: {b: {c: 3}}}"), "a", "b")).isEqualTo(Trees.yaml("{a: {}}"));
    }
}
