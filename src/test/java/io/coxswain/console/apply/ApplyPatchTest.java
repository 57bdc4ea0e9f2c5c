package io.coxswain.console.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.schema.SchemaCatalog;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;

class ApplyPatchTest {
    private final ApplyPatch patches = new ApplyPatch(SchemaCatalog.builtIn());

    private static JsonObject deployment(String spec) {
        return ConsoleApi.json(
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':" + spec + "}");
    }

    private ObjectView spec(String original, String modified) {
        JsonObject patch = patches.between(deployment(original), deployment(modified), deployment(original));
        return new ObjectView(new ObjectView(patch).object("spec"));
    }

    @Test
    void aFieldThatWentIsRemoved() {
        ObjectView spec = spec("{'replicas':2,'paused':true}", "{'paused':true}");
        assertThat(spec.json()).hasToString("{\"replicas\":null}");
    }

    @Test
    void containersAreMergedByNameAndThoseThatWentAreDeleted() {
        ObjectView pod = new ObjectView(spec(
                        "{'template':{'spec':{'containers':[{'name':'a','image':'x','command':['c']},{'name':'b','image':'y'}]}}}",
                        "{'template':{'spec':{'containers':[{'name':'a','image':'z'}]}}}")
                .object("template", "spec"));
        assertThat(pod.array("containers"))
                .hasToString(
                        "[{\"image\":\"z\",\"command\":null,\"name\":\"a\"},{\"$patch\":\"delete\",\"name\":\"b\"}]");
    }

    @Test
    void listsWithoutAKeyAreReplaced() {
        ObjectView pod = new ObjectView(spec(
                        "{'template':{'spec':{'containers':[{'name':'a','args':['1','2']}]}}}",
                        "{'template':{'spec':{'containers':[{'name':'a','args':['3']}]}}}")
                .object("template", "spec"));
        assertThat(pod.items("containers").get(0).strings("args")).containsExactly("3");
    }

    @Test
    void aStrategyKeepsOnlyTheKeysThatAreNamed() {
        assertThat(spec("{'strategy':{'type':'RollingUpdate'}}", "{'strategy':{'type':'Recreate'}}")
                        .object("strategy"))
                .hasToString("{\"type\":\"Recreate\",\"$retainKeys\":[\"type\"]}");
    }

    @Test
    void kindsWithoutASchemaAreMergedPlainly() {
        JsonObject object =
                ConsoleApi.json("{'apiVersion':'example.org/v1','kind':'Widget','spec':{'parts':[{'name':'a'}]}}");
        assertThat(patches.isStrategic(object)).isFalse();
        assertThat(patches.between(object, object, JsonValue.EMPTY_JSON_OBJECT)).isEqualTo(object);
    }

    @Test
    void whatIsRememberedDoesNotHoldItself() {
        JsonObject once = ApplyPatch.remember(deployment("{}"));
        assertThat(ApplyPatch.remember(once)).isEqualTo(once);
        assertThat(ApplyPatch.lastApplied(new ObjectView(once))).isEqualTo(deployment("{}"));
    }

    @Test
    void anUnreadableMemoryIsNoMemory() {
        JsonObject broken = ConsoleApi.json("{'metadata':{'annotations':{'" + ApplyPatch.LAST_APPLIED + "':'{'}}}");
        assertThat(ApplyPatch.lastApplied(new ObjectView(broken))).isEmpty();
    }
}
