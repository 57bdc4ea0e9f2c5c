package io.coxswain.meta.managedfields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import io.coxswain.meta.fieldset.FieldSet;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldOwnershipTest {
    private static final TypeSchema DEPLOYMENT = SchemaCatalog.builtIn()
            .byKind(GroupVersionKind.of("apps/v1", "Deployment"))
            .orElseThrow();
    private static final JsonObject NOTHING = JsonValue.EMPTY_JSON_OBJECT;
    private static final String HEAD = "'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'";

    private int second;

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text.replace('\'', '"')))) {
            return reader.readObject();
        }
    }

    /** A deployment with labels and with what stands in its spec. */
    private static JsonObject web(String labels, String spec) {
        return json("{" + HEAD + (labels.isEmpty() ? "" : ",'labels':{" + labels + "}") + "},'spec':{" + spec + "}}");
    }

    private FieldOwnership ownership(String subresource) {
        second++;
        return new FieldOwnership(
                "apps/v1",
                DEPLOYMENT,
                subresource,
                FieldSet.paths("status"),
                (object, from, to) -> to.equals("apps/v1")
                        ? Optional.of(new FieldVersions.Versioned(object, DEPLOYMENT))
                        : Optional.empty(),
                "2026-01-01T00:00:%02dZ".formatted(second));
    }

    private JsonObject update(JsonObject live, JsonObject now, String manager) {
        return update(live, now, null, manager);
    }

    private JsonObject update(JsonObject live, JsonObject now, @Nullable JsonArray sent, String manager) {
        return ownership("").update(live, now, sent, manager);
    }

    private JsonObject apply(JsonObject live, JsonObject config, String manager) {
        return ownership("").apply(live, config, manager, false, "");
    }

    private JsonObject force(JsonObject live, JsonObject config, String manager) {
        return ownership("").apply(live, config, manager, true, "");
    }

    private static List<ObjectView> entries(JsonObject object) {
        return new ObjectView(object).items("metadata", "managedFields");
    }

    private static String fields(JsonObject object, String manager) {
        return entries(object).stream()
                .filter(entry -> entry.text("manager").equals(manager))
                .map(entry -> entry.object("fieldsV1").toString().replace('"', '\''))
                .findFirst()
                .orElse("");
    }

    /** The object's content without who owns it. */
    private static JsonObject content(JsonObject object) {
        return JsonTrees.remove(object, "metadata", "managedFields");
    }

    @Test
    void creatorOwnsWhatItCreates() {
        JsonObject created = update(NOTHING, web("'app':'web'", "'replicas':1"), "kubectl-create");

        assertThat(entries(created)).singleElement().satisfies(entry -> {
            assertThat(entry.text("manager")).isEqualTo("kubectl-create");
            assertThat(entry.text("operation")).isEqualTo("Update");
            assertThat(entry.text("apiVersion")).isEqualTo("apps/v1");
            assertThat(entry.text("fieldsType")).isEqualTo("FieldsV1");
            assertThat(entry.text("time")).isEqualTo("2026-01-01T00:00:01Z");
            assertThat(entry.json()).doesNotContainKey("subresource");
        });
        assertThat(fields(created, "kubectl-create"))
                .isEqualTo("{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{'.':{},'f:replicas':{}}}");
    }

    @Test
    void whoChangesAFieldTakesItAndWhoRemovesOneEndsIt() {
        JsonObject created = update(NOTHING, web("'app':'web','x':'1'", "'replicas':1"), "a");
        JsonObject scaled = update(created, web("'app':'web'", "'replicas':2"), "b");

        assertThat(fields(scaled, "a")).isEqualTo("{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{}}");
        assertThat(fields(scaled, "b")).isEqualTo("{'f:spec':{'f:replicas':{}}}");
    }

    @Test
    void nothingChangesWhenNothingChanges() {
        JsonObject created = update(NOTHING, web("'app':'web'", "'replicas':1"), "a");

        assertThat(update(created, web("'app':'web'", "'replicas':1"), "b")).isEqualTo(created);
    }

    @Test
    void writingAgainWhatOneOwnsChangesTheTimeOnly() {
        JsonObject created = update(NOTHING, web("'app':'web'", "'replicas':1"), "a");
        JsonObject other = update(created, web("'app':'web','b':'1'", "'replicas':1"), "b");
        JsonObject again = update(other, web("'app':'web','b':'1'", "'replicas':5"), "a");

        assertThat(fields(again, "a")).isEqualTo(fields(created, "a"));
        assertThat(fields(again, "b")).isEqualTo(fields(other, "b"));
        assertThat(entries(again)).extracting(entry -> entry.text("manager")).containsExactly("b", "a");
        assertThat(entries(again).get(1).text("time")).isEqualTo("2026-01-01T00:00:03Z");
        assertThat(FieldOwnership.sameButForTimes(
                        new ObjectView(other).array("metadata", "managedFields"),
                        new ObjectView(again).array("metadata", "managedFields")))
                .isFalse(); // their order tells their age
    }

    @Test
    void bookkeepingIsNobodys() {
        JsonObject created = update(NOTHING, json("{" + HEAD + ",'uid':'u','generation':1}}"), "a");

        assertThat(entries(created)).isEmpty();
    }

    @Test
    void theStatusIsIgnoredWhereItCannotBeWritten() {
        JsonObject created = update(NOTHING, json("{" + HEAD + "},'status':{'replicas':1}}"), "a");

        assertThat(entries(created)).isEmpty();
    }

    @Test
    void subresourcesAreOwnersOfTheirOwn() {
        JsonObject created = update(NOTHING, web("", "'replicas':1"), "a");
        JsonObject scaled = ownership("scale").update(created, web("", "'replicas':3"), null, "a");

        assertThat(entries(scaled))
                .extracting(entry -> entry.text("subresource"))
                .containsExactly("", "scale");
    }

    @Test
    void anEmptyListEndsTrackingUntilSomebodyApplies() {
        JsonObject created = update(NOTHING, web("", "'replicas':1"), "a");
        JsonObject stripped = update(created, web("", "'replicas':1"), JsonValue.EMPTY_JSON_ARRAY, "b");
        JsonObject changed = update(stripped, web("", "'replicas':2"), null, "b");
        JsonObject applied = apply(changed, web("'app':'web'", ""), "c");

        assertThat(entries(stripped)).isEmpty();
        assertThat(entries(changed)).isEmpty();
        assertThat(fields(applied, "before-first-apply")).isEqualTo("{'f:spec':{'.':{},'f:replicas':{}}}");
        assertThat(fields(applied, "c")).isEqualTo("{'f:metadata':{'f:labels':{'f:app':{}}},'f:spec':{}}");
    }

    @Test
    void oneEmptyEntryEndsTrackingToo() {
        JsonObject created = update(NOTHING, web("", "'replicas':1"), "a");

        assertThat(entries(update(
                        created,
                        web("", "'replicas':1"),
                        Json.createArrayBuilder().add(NOTHING).build(),
                        "b")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'manager':'x'}]",
                "[{'manager':'x','operation':'Steal','apiVersion':'apps/v1','fieldsType':'FieldsV1','fieldsV1':{}}]",
                "[{'manager':'x','operation':'Update','fieldsType':'FieldsV1','fieldsV1':{}}]",
                "[{'manager':'x','operation':'Update','apiVersion':'apps/v1','fieldsType':'FieldsV2','fieldsV1':{}}]",
                "[{'manager':'x','operation':'Update','apiVersion':'apps/v1','fieldsType':'FieldsV1','fieldsV1':{'spec':{}}}]",
                "[1]",
            })
    void malformedEntriesOfAClientCountForNothing(String sent) {
        JsonObject created = update(NOTHING, web("", "'replicas':1"), "a");

        JsonObject updated = update(
                created, web("", "'replicas':2"), json("{'x':" + sent + "}").getJsonArray("x"), "b");

        assertThat(fields(updated, "b")).isEqualTo("{'f:spec':{'f:replicas':{}}}");
        assertThat(fields(updated, "a")).isEqualTo("{'f:spec':{}}");
    }

    /** What kubectl does before its first server-side apply of an object that it applied from the client's side. */
    @Test
    void aClientMayEditTheEntries() {
        JsonObject created = update(NOTHING, web("", "'replicas':1"), "kubectl-client-side-apply");
        JsonArray edited = json("{'x':[{'manager':'kubectl','operation':'Apply','apiVersion':'apps/v1',"
                        + "'fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{}}}}]}")
                .getJsonArray("x");

        JsonObject migrated = update(created, web("", "'replicas':1"), edited, "kubectl");

        assertThat(entries(migrated))
                .singleElement()
                .satisfies(entry -> assertThat(entry.text("operation")).isEqualTo("Apply"));
        assertThat(content(apply(migrated, web("'app':'web'", ""), "kubectl")))
                .isEqualTo(json("{" + HEAD + ",'labels':{'app':'web'}}}"));
    }

    @Test
    void elevenUpdatersBecomeTen() {
        JsonObject object = update(NOTHING, web("'l0':'x'", ""), "m0");
        for (int i = 1; i <= 10; i++) {
            StringBuilder labels = new StringBuilder();
            for (int j = 0; j <= i; j++) {
                labels.append(j == 0 ? "" : ",").append("'l" + j + "':'x'");
            }
            object = update(object, web(labels.toString(), ""), "m" + i);
        }

        assertThat(entries(object)).hasSize(10);
        assertThat(fields(object, "ancient-changes")).contains("'f:l0':{}", "'f:l1':{}");
        assertThat(fields(object, "m2")).isNotEmpty();
    }

    @Test
    void appliesAndRemovesWhatIsAppliedNoMore() {
        JsonObject first = apply(NOTHING, web("'a':'1','b':'1'", "'replicas':2"), "me");
        JsonObject second = apply(first, web("'a':'1'", ""), "me");

        assertThat(content(second)).isEqualTo(json("{" + HEAD + ",'labels':{'a':'1'}}}"));
        assertThat(entries(second)).singleElement();
    }

    @Test
    void applyingTheSameAgainChangesNothingAtAll() {
        JsonObject first = apply(NOTHING, web("'a':'1'", "'replicas':2"), "me");

        assertThat(apply(first, web("'a':'1'", "'replicas':2"), "me")).isEqualTo(first);
    }

    @Test
    void twoMayWantTheSameValue() {
        JsonObject first = apply(NOTHING, web("'a':'1'", "'replicas':2"), "me");
        JsonObject shared = apply(first, web("", "'replicas':2"), "you");
        JsonObject left = apply(shared, web("'a':'1'", ""), "me");

        assertThat(fields(shared, "you")).isEqualTo("{'f:spec':{'f:replicas':{}}}");
        assertThat(new ObjectView(left).number("spec", "replicas")).contains(2L);
        assertThat(fields(left, "me")).doesNotContain("replicas");
    }

    @Test
    void saysWhoOwnsWhatIsDisputed() {
        JsonObject live = update(NOTHING, web("", "'replicas':1"), "kubectl-client-side-apply");

        assertThatThrownBy(() -> apply(live, web("", "'replicas':2"), "me"))
                .isInstanceOfSatisfying(ApiException.class, conflict -> {
                    assertThat(conflict.code()).isEqualTo(409);
                    assertThat(conflict.status().reason()).isEqualTo("Conflict");
                    assertThat(conflict.getMessage())
                            .isEqualTo("Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\""
                                    + " using apps/v1: .spec.replicas");
                    assertThat(conflict.status().details().causes())
                            .containsExactly(new Status.Cause(
                                    "FieldManagerConflict",
                                    "conflict with \"kubectl-client-side-apply\" using apps/v1",
                                    ".spec.replicas"));
                });
    }

    @Test
    void listsSeveralConflictsByOwner() {
        JsonObject live = apply(NOTHING, web("'a':'1'", "'replicas':1,'paused':true"), "z");
        JsonObject scaled = ownership("scale").update(live, web("'a':'1'", "'replicas':3,'paused':true"), null, "hpa");

        assertThatThrownBy(() -> apply(scaled, web("'a':'2'", "'replicas':2,'paused':false"), "me"))
                .hasMessage("""
                        Apply failed with 3 conflicts: conflicts with "hpa" with subresource "scale" using apps/v1:
                        - .spec.replicas
                        conflicts with "z":
                        - .metadata.labels.a
                        - .spec.paused""");
    }

    @Test
    void forceTakesWhatIsDisputed() {
        JsonObject live = apply(NOTHING, web("'a':'1'", "'replicas':1"), "you");
        JsonObject taken = force(live, web("", "'replicas':2"), "me");

        assertThat(fields(taken, "you")).isEqualTo("{'f:metadata':{'f:labels':{'f:a':{}}}}");
        assertThat(fields(taken, "me")).isEqualTo("{'f:spec':{'f:replicas':{}}}");
        assertThat(new ObjectView(taken).number("spec", "replicas")).contains(2L);
    }

    /** The applier lets go of replicas once an autoscaler has set it: the number stays. */
    @Test
    void handsAFieldOver() {
        JsonObject live = apply(NOTHING, web("'a':'1'", "'replicas':1"), "me");
        JsonObject scaled = ownership("scale").update(live, web("'a':'1'", "'replicas':7"), null, "hpa");
        JsonObject left = apply(scaled, web("'a':'1'", ""), "me");

        assertThat(new ObjectView(left).number("spec", "replicas")).contains(7L);
    }

    @Test
    void kubectlTakesOverWhatItAppliedFromTheClientsSide() {
        String last = web("", "'replicas':1").toString().replace("\"", "\\\"");
        JsonObject object = json("{" + HEAD + ",'annotations':{'" + LastApplied.ANNOTATION + "':'"
                + last.replace("'", "\\'") + "'}},'spec':{'replicas':1}}");
        JsonObject live = update(NOTHING, object, "kubectl-client-side-apply");

        assertThatThrownBy(() -> apply(live, web("", "'replicas':2"), "somebody"))
                .hasMessageContaining("1 conflict");
        JsonObject applied = apply(live, web("", "'replicas':2"), "kubectl");

        assertThat(new ObjectView(applied).number("spec", "replicas")).contains(2L);
        assertThat(new ObjectView(applied).annotations().get(LastApplied.ANNOTATION))
                .isEqualTo(web("", "'replicas':2") + "\n");
    }

    @Test
    void othersChangesAreNoClientSideApply() {
        JsonObject object = json("{" + HEAD + ",'annotations':{'" + LastApplied.ANNOTATION + "':'"
                + web("", "'replicas':1").toString().replace("\"", "\\\"") + "'}},'spec':{'replicas':1}}");
        JsonObject live = update(NOTHING, object, "kubectl-client-side-apply");
        JsonObject scaled = update(live, JsonTrees.set(object, JsonTrees.number(9), "spec", "replicas"), "hpa");

        assertThatThrownBy(() -> apply(scaled, web("", "'replicas':2"), "kubectl"))
                .hasMessage("Apply failed with 1 conflict: conflict with \"hpa\" using apps/v1: .spec.replicas");
    }

    @Test
    void refusesManagedFieldsInAConfiguration() {
        assertThatThrownBy(() -> apply(NOTHING, json("{" + HEAD + ",'managedFields':[]}}"), "me"))
                .hasMessage("metadata.managedFields must be nil");
    }

    @Test
    void refusesWhatDoesNotFitTheSchema() {
        assertThatThrownBy(() -> apply(NOTHING, web("", "'foo':1"), "me"))
                .hasMessage("failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.foo: field not"
                        + " declared in schema");
    }

    @Test
    void forgetsOwnersInVersionsThatAreNoMore() {
        JsonArray old = json("{'x':[{'manager':'old','operation':'Update','apiVersion':'apps/v1beta1',"
                        + "'fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{}}}}]}")
                .getJsonArray("x");
        JsonObject live = JsonTrees.set(web("", "'replicas':1"), old, "metadata", "managedFields");

        JsonObject changed = update(live, web("'a':'1'", "'replicas':1"), "me");

        assertThat(entries(changed)).extracting(entry -> entry.text("manager")).containsExactly("me");
    }

    @Test
    void itemsOfOthersStayAndOnesOwnGo() {
        JsonObject live = apply(NOTHING, containers("'a','b'"), "me");
        JsonObject injected = update(live, containers("'a','b','sidecar'"), "injector");
        JsonObject applied = apply(injected, containers("'b'"), "me");

        assertThat(content(applied)).isEqualTo(containers("'b','sidecar'"));
    }

    private static JsonObject containers(String names) {
        StringBuilder list = new StringBuilder();
        for (String name : names.split(",")) {
            list.append(list.isEmpty() ? "" : ",").append("{'name':" + name + ",'image':'i'}");
        }
        return web("", "'template':{'spec':{'containers':[" + list + "]}}");
    }
}
