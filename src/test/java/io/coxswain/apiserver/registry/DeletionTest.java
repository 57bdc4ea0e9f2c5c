package io.coxswain.apiserver.registry;

import static io.coxswain.apiserver.ApiInMemory.names;
import static io.coxswain.apiserver.ApiInMemory.revision;
import static io.coxswain.apiserver.ApiInMemory.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.kinds.apps.ReplicaSetKind;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.NamespaceFinalize;
import io.coxswain.kinds.core.NamespaceKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of an object after a DELETE, and what the client hears. */
class DeletionTest {
    private static final String MAPS = "/api/v1/namespaces/ns/configmaps";
    private static final String PODS = "/api/v1/namespaces/ns/pods";

    private final ApiInMemory api = new ApiInMemory(
            List.of(new ConfigMapKind(), new PodKind(), new NamespaceKind(), new ReplicaSetKind()),
            List.of(new NamespaceFinalize()));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aDeletionDoneAtOnceAnswersSuccessWithTheUid() {
        JsonObject made = api.post(MAPS, map("a", ""));
        JsonObject answer = api.delete(MAPS + "/a", "");
        assertThat(answer.getString("kind")).isEqualTo("Status");
        assertThat(answer.getString("status")).isEqualTo("Success");
        JsonObject details = answer.getJsonObject("details");
        assertThat(details.getString("name")).isEqualTo("a");
        assertThat(details.getString("kind")).isEqualTo("configmaps");
        assertThat(details.getString("uid")).isEqualTo(new ObjectView(made).uid());
        assertGone(MAPS + "/a", "configmaps \"a\" not found");
        assertGone("DELETE", MAPS + "/a", "configmaps \"a\" not found");
    }

    @Test
    void aFinalizerHoldsTheObjectUntilItIsTakenAway() {
        api.post(MAPS, map("a", "finalizers: [example.com/hold]"));
        JsonObject marked = api.delete(MAPS + "/a", "");
        assertThat(marked.getString("kind")).isEqualTo("ConfigMap");
        ObjectView view = new ObjectView(marked);
        assertThat(view.isBeingDeleted()).isTrue();
        assertThat(view.number("metadata", "deletionGracePeriodSeconds")).contains(0L);

        String before = revision(api.get(MAPS + "/a"));
        api.clock.move(Duration.ofMinutes(1));
        JsonObject again = api.delete(MAPS + "/a", "");
        assertThat(revision(again)).isEqualTo(before);
        assertThat(new ObjectView(again).text("metadata", "deletionTimestamp"))
                .isEqualTo(view.text("metadata", "deletionTimestamp"));

        api.mergePatch(MAPS + "/a", "{metadata: {finalizers: []}}");
        assertGone(MAPS + "/a", "configmaps \"a\" not found");
    }

    @Test
    void anObjectThatIsBeingDeletedGetsNoNewFinalizers() {
        api.post(MAPS, map("a", "finalizers: [example.com/hold]"));
        api.delete(MAPS + "/a", "");
        assertThatThrownBy(() ->
                        api.mergePatch(MAPS + "/a", "{metadata: {finalizers: [example.com/hold, example.com/b]}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining("no new finalizers can be added if the object is being deleted");
    }

    @ParameterizedTest
    @CsvSource({"Foreground, foregroundDeletion", "Orphan, orphan"})
    void aPropagationPolicyThatNeedsTimeIsAFinalizer(String policy, String finalizer) {
        api.post(MAPS, map("a", ""));
        JsonObject answer =
                api.delete(MAPS + "/a", "{kind: DeleteOptions, apiVersion: v1, propagationPolicy: " + policy + "}");
        assertThat(new ObjectView(answer).finalizers()).containsExactly(finalizer);
        // Changing one's mind takes it back.
        api.delete(MAPS + "/a?propagationPolicy=Background", "");
        assertGone(MAPS + "/a", "configmaps \"a\" not found");
    }

    @Test
    void theOldWayToSayItStillCounts() {
        api.post(MAPS, map("a", ""));
        ApiResponse response = api.call("DELETE", MAPS + "/a", "{orphanDependents: true}");
        assertThat(new ObjectView(tree(response)).finalizers()).containsExactly("orphan");
        assertThatThrownBy(() -> api.delete(MAPS + "/a", "{orphanDependents: true, propagationPolicy: Orphan}"))
                .hasMessageContaining("orphanDependents and deletionPropagation cannot be both set");
    }

    @Test
    void preconditionsMustHold() {
        JsonObject made = api.post(MAPS, map("a", ""));
        String uid = new ObjectView(made).uid();
        assertThatThrownBy(() -> api.delete(MAPS + "/a", "{preconditions: {uid: another}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isConflict()).isTrue())
                .hasMessage("Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (another)"
                        + " does not match the UID in record (" + uid
                        + "). The object might have been deleted and then recreated");
        assertThatThrownBy(() -> api.delete(MAPS + "/a", "{preconditions: {resourceVersion: \"1\"}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isConflict()).isTrue())
                .hasMessageContaining("the ResourceVersion in the precondition (1) does not match");
        api.delete(MAPS + "/a", "{preconditions: {uid: " + uid + ", resourceVersion: \"" + revision(made) + "\"}}");
        assertGone(MAPS + "/a", "configmaps \"a\" not found");
    }

    @Test
    void aDryRunDeletesNothing() {
        api.post(MAPS, map("a", ""));
        assertThat(api.delete(MAPS + "/a?dryRun=All", "").getString("status")).isEqualTo("Success");
        assertThat(api.delete(MAPS + "/a", "{dryRun: [All]}").getString("status"))
                .isEqualTo("Success");
        assertThat(api.get(MAPS + "/a")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{propagationPolicy: Sideways}",
                "{dryRun: [Some]}",
                "{gracePeriodSeconds: soon}",
                "{preconditions: 7}",
                "{kind: Pod, apiVersion: v1}"
            })
    void optionsThatMakeNoSenseAreRefusedAndDeleteNothing(String options) {
        api.post(MAPS, map("a", ""));
        assertThatThrownBy(() -> api.delete(MAPS + "/a", options))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isBetween(400, 422));
        assertThat(api.get(MAPS + "/a")).isNotEmpty();
    }

    @Test
    void aPodOnANodeIsGivenItsGracePeriod() {
        api.post(PODS, pod("p", "n"));
        ObjectView marked = new ObjectView(api.delete(PODS + "/p", ""));
        assertThat(marked.number("metadata", "deletionGracePeriodSeconds")).contains(30L);
        assertThat(marked.text("metadata", "deletionTimestamp"))
                .isEqualTo(Instant.parse("2026-01-01T00:00:30Z").toString());
        assertThat(marked.finalizers()).isEmpty();

        ObjectView shortened = new ObjectView(api.delete(PODS + "/p?gracePeriodSeconds=5", ""));
        assertThat(shortened.number("metadata", "deletionGracePeriodSeconds")).contains(5L);
        assertThat(shortened.text("metadata", "deletionTimestamp")).isEqualTo("2026-01-01T00:00:05Z");
        // Never prolonged.
        ObjectView prolonged = new ObjectView(api.delete(PODS + "/p?gracePeriodSeconds=60", ""));
        assertThat(prolonged.number("metadata", "deletionGracePeriodSeconds")).contains(5L);

        api.delete(PODS + "/p", "{gracePeriodSeconds: 0}");
        assertGone(PODS + "/p", "pods \"p\" not found");
    }

    @Test
    void aPodOnNoNodeIsGoneAtOnceAndAnsweredWhole() {
        api.post(PODS, pod("p", ""));
        JsonObject answer = api.delete(PODS + "/p", "");
        assertThat(answer.getString("kind")).isEqualTo("Pod");
        assertGone(PODS + "/p", "pods \"p\" not found");
    }

    @Test
    void theNodesLastWordOutlastsAFinalizer() {
        api.post(PODS, pod("p", "n").replace("name: p", "name: p, finalizers: [example.com/hold]"));
        api.delete(PODS + "/p", "");
        ObjectView held = new ObjectView(api.delete(PODS + "/p", "{gracePeriodSeconds: 0}"));
        assertThat(held.number("metadata", "deletionGracePeriodSeconds")).contains(0L);
        api.mergePatch(PODS + "/p", "{metadata: {finalizers: null}}");
        assertGone(PODS + "/p", "pods \"p\" not found");
    }

    @Test
    void aNamespaceIsTerminatingUntilItIsFinalized() {
        api.post("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: n}}");
        ObjectView marked = new ObjectView(api.delete("/api/v1/namespaces/n", ""));
        assertThat(marked.text("status", "phase")).isEqualTo("Terminating");
        assertThat(marked.strings("spec", "finalizers")).containsExactly("kubernetes");
        JsonObject now = api.get("/api/v1/namespaces/n");
        api.put("/api/v1/namespaces/n/finalize", now.toString().replace("[\"kubernetes\"]", "[]"));
        assertGone("/api/v1/namespaces/n", "namespaces \"n\" not found");
    }

    @Test
    void aCollectionIsDeletedAsFarAsItIsSelected() {
        api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "y");
        api.configMap("ns", "c", "x");
        api.configMap("other", "d", "x");
        JsonObject answer = api.delete(MAPS + "?labelSelector=l%3Dx", "");
        assertThat(names(answer)).containsExactly("a", "c");
        assertThat(names(api.get("/api/v1/configmaps"))).containsExactly("b", "d");
        api.delete(MAPS + "?fieldSelector=metadata.name%3Db", "");
        assertThat(names(api.get("/api/v1/configmaps"))).containsExactly("d");
        assertThat(names(api.delete(MAPS, ""))).isEmpty();
    }

    @Test
    void aCollectionOfHeldObjectsIsMarked() {
        api.post(MAPS, map("a", "finalizers: [example.com/hold]"));
        api.delete(MAPS + "?propagationPolicy=Foreground", "");
        assertThat(new ObjectView(api.get(MAPS + "/a")).finalizers())
                .containsExactly("example.com/hold", "foregroundDeletion");
    }

    @Test
    void aBadSelectorDeletesNothing() {
        api.configMap("ns", "a", "x");
        assertThatThrownBy(() -> api.delete(MAPS + "?labelSelector=%28", "")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> api.delete(MAPS + "?fieldSelector=nope%3D1", ""))
                .isInstanceOf(ApiException.class);
        assertThat(names(api.get(MAPS))).containsExactly("a");
    }

    @Test
    void aNamespaceCollectionCannotBeDeleted() {
        assertThatThrownBy(() -> api.delete("/api/v1/namespaces", ""))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(405));
    }

    @Test
    void aNameWithoutItsNamespaceIsNoPath() {
        api.configMap("ns", "a", "x");
        assertThatThrownBy(() -> api.delete("/api/v1/configmaps/a", ""))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessageContaining("the server could not find the requested resource");
        assertThat(names(api.get(MAPS))).containsExactly("a");
    }

    private void assertGone(String url, String message) {
        assertGone("GET", url, message);
    }

    private void assertGone(String method, String url, String message) {
        assertThatThrownBy(() -> api.call(method, url, ""))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isNotFound()).isTrue())
                .hasMessage(message);
    }

    private static String map(String name, String metadata) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + ", " + metadata + "}}";
    }

    private static String pod(String name, String node) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}, spec: {nodeName: \"" + node
                + "\", containers: [{name: c, image: i}]}}";
    }
}
