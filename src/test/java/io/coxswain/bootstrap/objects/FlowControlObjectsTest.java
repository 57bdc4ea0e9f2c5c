package io.coxswain.bootstrap.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ApiClient;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowControlObjectsTest {
    private static final String AUTO = "apf.kubernetes.io/autoupdate-spec";

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final ApiClient client = api.client(timers);
    private final FlowControlObjects objects = new FlowControlObjects();

    @BeforeEach
    void ensure() {
        objects.ensure(client);
    }

    @Test
    void makesAllOfThemOnceAndThenWritesNothing() {
        assertThat(api.list(FlowControlObjects.LEVELS, "")).hasSize(8);
        assertThat(api.exists(FlowControlObjects.SCHEMAS, "", "catch-all")).isTrue();
        api.forgetRequests();
        objects.ensure(client);
        assertThat(api.writes()).isEmpty();
    }

    @Test
    void keepsTheSpecUnlessAnAdministratorKeepsIt() {
        JsonObject ours = level("system");
        change("system", ours, "true");
        objects.ensure(client);
        assertThat(level("system").get("spec")).isEqualTo(ours.get("spec"));

        change("system", ours, "false");
        objects.ensure(client);
        assertThat(new ObjectView(level("system")).text("spec", "type")).isEqualTo("Changed");
    }

    @Test
    void theMandatoryOnesAreKeptWhateverTheAnnotationSays() {
        JsonObject ours = level("catch-all");
        change("catch-all", ours, "false");
        objects.ensure(client);
        assertThat(level("catch-all").get("spec")).isEqualTo(ours.get("spec"));
        assertThat(new ObjectView(level("catch-all")).annotations()).containsEntry(AUTO, "true");
    }

    @Test
    void withoutAnAnnotationASpecThatSomebodyChangedIsTheirs() {
        api.put(
                FlowControlObjects.LEVELS,
                JsonTrees.set(
                        JsonTrees.remove(level("system"), "metadata", "annotations"),
                        JsonTrees.number(3),
                        "metadata",
                        "generation"));
        objects.ensure(client);
        assertThat(new ObjectView(level("system")).annotations()).containsEntry(AUTO, "false");
    }

    @Test
    void makesAgainWhatWasDeletedAndRemovesWhatAnEarlierVersionKept() {
        api.remove(FlowControlObjects.SCHEMAS, "", "exempt");
        JsonObject former = JsonTrees.set(level("system"), JsonTrees.text("former"), "metadata", "name");
        api.put(FlowControlObjects.LEVELS, JsonTrees.remove(former, "metadata", "resourceVersion"));
        JsonObject theirs = JsonTrees.set(former, JsonTrees.text("theirs"), "metadata", "name");
        api.put(
                FlowControlObjects.LEVELS,
                JsonTrees.remove(JsonTrees.remove(theirs, "metadata", "annotations"), "metadata", "resourceVersion"));
        objects.ensure(client);
        assertThat(api.exists(FlowControlObjects.SCHEMAS, "", "exempt")).isTrue();
        assertThat(api.exists(FlowControlObjects.LEVELS, "", "former")).isFalse();
        assertThat(api.exists(FlowControlObjects.LEVELS, "", "theirs")).isTrue();
    }

    private JsonObject level(String name) {
        return api.get(FlowControlObjects.LEVELS, "", name);
    }

    private void change(String name, JsonObject level, String auto) {
        JsonValue spec = JsonTrees.object().add("type", "Changed").build();
        api.put(
                FlowControlObjects.LEVELS,
                JsonTrees.with(
                        JsonTrees.set(level, JsonTrees.text(auto), "metadata", "annotations", AUTO), "spec", spec));
    }
}
