package io.coxswain.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceType;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodEvictionTest {
    private static final ResourceType<JsonObject> PODS =
            ResourceType.namespaced("", "v1", "pods", "Pod", JsonObject.class);
    private static final ResourceType<JsonObject> BUDGETS =
            ResourceType.namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", JsonObject.class);
    private static final String READY = "{phase: Running, conditions: [{type: Ready, status: 'True'}]}";
    private static final String UNREADY = "{phase: Running, conditions: [{type: Ready, status: 'False'}]}";

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final PodEviction eviction = new PodEviction(() -> api.clients(timers), timers.clock());

    private JsonObject pod(String status) {
        return api.put(
                PODS,
                Trees.yaml("{metadata: {name: web, namespace: dev, uid: u1, labels: {app: web}}, spec: {}, status: "
                        + status + "}"));
    }

    private void budget(String name, String spec, String status) {
        api.put(
                BUDGETS,
                Trees.yaml("{metadata: {name: " + name + ", namespace: dev, generation: 1}, spec: " + spec
                        + ", status: {observedGeneration: 1, " + status + "}}"));
    }

    private void budget(int allowed) {
        budget(
                "pdb",
                "{selector: {matchLabels: {app: web}}}",
                "disruptionsAllowed: " + allowed + ", desiredHealthy: 2, currentHealthy: " + (2 + allowed));
    }

    private ApiResponse evict(JsonObject pod, String body, Map<String, List<String>> query) {
        RequestInfo info =
                RequestInfo.resource("create", new GroupVersionResource("", "v1", "pods"), "dev", "web", "eviction");
        ApiRequest request = new ApiRequest(UserInfo.of("ann"), info, query, RequestBody.NONE, "", "", "", "", "1");
        return eviction.perform(request, pod, Trees.yaml(body));
    }

    private void evict(JsonObject pod) {
        evict(pod, "{metadata: {name: web}}", Map.of());
    }

    private ApiException refusal(JsonObject pod, String body) {
        ApiException refused = catchThrowableOfType(ApiException.class, () -> evict(pod, body, Map.of()));
        assertThat(refused).isNotNull();
        assertThat(podExists()).isTrue();
        return refused;
    }

    private boolean podExists() {
        return api.exists(PODS, "dev", "web");
    }

    private ObjectView budgetNow() {
        return new ObjectView(api.get(BUDGETS, "dev", "pdb"));
    }

    @Test
    void withoutBudgetThePodGoes() {
        budget("other", "{selector: {matchLabels: {app: db}}}", "disruptionsAllowed: 0");
        budget("none", "{}", "disruptionsAllowed: 0");

        ApiResponse answer = evict(pod(READY), "{metadata: {name: web}}", Map.of());

        assertThat(podExists()).isFalse();
        assertThat(((ApiResponse.ObjectResponse) answer).code()).isEqualTo(201);
    }

    @Test
    void anAllowedDisruptionIsTakenFromTheBudget() {
        budget(2);

        evict(pod(READY));

        assertThat(podExists()).isFalse();
        assertThat(budgetNow().number("status", "disruptionsAllowed")).contains(1L);
        assertThat(budgetNow().texts("status", "disruptedPods")).containsOnlyKeys("web");
    }

    @Test
    void aSpentBudgetRefusesWithItsNumbers() {
        budget(0);

        ApiException refused = refusal(pod(READY), "{}");

        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.status().reason()).isEqualTo("TooManyRequests");
        assertThat(refused).hasMessage("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.status().details().causes())
                .containsExactly(new Status.Cause(
                        "DisruptionBudget", "The disruption budget pdb needs 2 healthy pods and has 2 currently", ""));
    }

    @Test
    void aBudgetThatIsNotCountedYetRefusesForAWhile() {
        budget(5);
        api.put(
                BUDGETS,
                Trees.yaml("{metadata: {name: pdb, namespace: dev, generation: 2}, spec: {selector: {}}, status:"
                        + " {observedGeneration: 1, disruptionsAllowed: 5}}"));

        ApiException refused = refusal(pod(READY), "{}");

        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.status().details().retryAfterSeconds()).isEqualTo(10);
        assertThat(refused.status().details().causes().get(0).message())
                .isEqualTo("The disruption budget pdb is still being processed by the server.");
    }

    @Test
    void severalBudgetsAreNotSupported() {
        budget(1);
        budget("second", "{selector: {}}", "disruptionsAllowed: 1");

        ApiException refused = refusal(pod(READY), "{}");

        assertThat(refused.code()).isEqualTo(500);
        assertThat(refused)
                .hasMessage("This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
                        + " support.");
        assertThat(budgetNow().number("status", "disruptionsAllowed")).contains(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pending", "Succeeded", "Failed"})
    void podsThatDoNotRunNeedNoBudget(String phase) {
        budget(0);

        evict(pod("{phase: " + phase + "}"));

        assertThat(podExists()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 2 | true",
                "IfHealthyBudget | 2 | true",
                "IfHealthyBudget | 1 | false",
                "AlwaysAllow | 1 | true",
            })
    void podsThatAreNotReadyGoIfTheBudgetSaysSoOrIsMet(String policy, int healthy, boolean goes) {
        String more = policy.isEmpty() ? "" : ", unhealthyPodEvictionPolicy: " + policy;
        budget(
                "pdb",
                "{selector: {matchLabels: {app: web}}" + more + "}",
                "disruptionsAllowed: 0, desiredHealthy: 2, currentHealthy: " + healthy);

        if (goes) {
            evict(pod(UNREADY));
            assertThat(podExists()).isFalse();
        } else {
            assertThat(refusal(pod(UNREADY), "{}").code()).isEqualTo(429);
        }
    }

    @Test
    void aDryRunTakesAndDeletesNothingButRefusesAsWell() {
        budget(1);
        JsonObject pod = pod(READY);

        evict(pod, "{}", Map.of("dryRun", List.of("All")));
        evict(pod, "{deleteOptions: {dryRun: [All]}}", Map.of());
        assertThat(podExists()).isTrue();
        assertThat(budgetNow().number("status", "disruptionsAllowed")).contains(1L);

        budget(0);
        assertThat(refusal(pod, "{deleteOptions: {dryRun: [All]}}").code()).isEqualTo(429);
    }

    @Test
    void preconditionsAreKept() {
        assertThat(refusal(pod(READY), "{deleteOptions: {preconditions: {uid: other}}}")
                        .code())
                .isEqualTo(409);
        evict(pod(READY), "{deleteOptions: {preconditions: {uid: u1}}}", Map.of());
        assertThat(podExists()).isFalse();
    }

    @Test
    void theNamesMustAgree() {
        assertThat(refusal(pod(READY), "{metadata: {name: db}}").code()).isEqualTo(400);
    }

    private AtomicInteger conflicts(int count) {
        AtomicInteger left = new AtomicInteger(count);
        api.failWhen(request -> request.info().resource().equals("poddisruptionbudgets")
                        && request.info().verb().equals("update")
                        && left.getAndDecrement() > 0
                ? ApiException.modified(new GroupResource("policy", "poddisruptionbudgets"), "pdb")
                : null);
        return left;
    }

    @Test
    void aLostRaceForTheBudgetIsRunAgain() {
        budget(1);
        AtomicInteger left = conflicts(3);

        evict(pod(READY));

        assertThat(podExists()).isFalse();
        assertThat(left.get()).isNegative();
        assertThat(budgetNow().number("status", "disruptionsAllowed")).contains(0L);
    }

    @Test
    void aRaceThatIsLostForeverEnds() {
        budget(1);
        conflicts(Integer.MAX_VALUE);

        assertThat(refusal(pod(READY), "{}").code()).isEqualTo(409);
    }
}
