package io.coxswain.eviction;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.meta.validation.Times;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Evicts one pod: takes one from the budget that covers it, if there is one, and deletes it. */
@ApplicationScoped
public class PodEviction implements Subresource.Action {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupVersionKind KIND = new GroupVersionKind("policy", "v1", "Eviction");
    private static final ResourceType<JsonObject> POD_TYPE =
            ResourceType.namespaced("", "v1", "pods", "Pod", JsonObject.class);
    private static final ResourceType<JsonObject> BUDGET_TYPE =
            ResourceType.namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", JsonObject.class);
    private static final int TRIES = 20;
    private static final int MOST_DISRUPTED = 2000;
    private static final int RETRY_SECONDS = 10;

    private final Provider<ApiClients> clients;
    private final Clock clock;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PodEviction() {
        this.clients = null;
        this.clock = Clock.systemUTC();
    }

    @Inject
    public PodEviction(Provider<ApiClients> clients, Clock clock) {
        this.clients = clients;
        this.clock = clock;
    }

    @Override
    public GroupResource parent() {
        return PODS;
    }

    @Override
    public String name() {
        return "eviction";
    }

    @Override
    public GroupVersionKind kind() {
        return KIND;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("create");
    }

    @Override
    public ApiResponse perform(ApiRequest request, JsonObject parent, JsonObject body) {
        ObjectView pod = new ObjectView(parent);
        ObjectView eviction = new ObjectView(body);
        if (!eviction.name().isEmpty() && !eviction.name().equals(pod.name())) {
            throw ApiException.badRequest(
                    "name in URL does not match name in Eviction object: " + pod.name() + " " + eviction.name());
        }
        ApiClient client = clients.get().as(UserInfo.API_SERVER, "eviction");
        boolean dryRun = isDryRun(request, eviction);
        if (!needsNoBudget(pod)) {
            budgetOf(client, pod)
                    .filter(budget -> !mayIgnore(budget, pod))
                    .ifPresent(budget -> take(client, budget.name(), pod, dryRun));
        }
        if (!dryRun) {
            client.resource(POD_TYPE).delete(pod.namespace(), pod.name(), options(eviction));
        }
        return new ApiResponse.ObjectResponse(
                201, new TreeObject(Status.success(201, null).toJson()), List.of());
    }

    private static boolean isDryRun(ApiRequest request, ObjectView eviction) {
        return request.query().getOrDefault("dryRun", List.of()).contains("All")
                || eviction.strings("deleteOptions", "dryRun").contains("All");
    }

    private static DeleteOptions options(ObjectView eviction) {
        ObjectView asked = new ObjectView(eviction.object("deleteOptions"));
        String policy = asked.text("propagationPolicy");
        String uid = asked.text("preconditions", "uid");
        String version = asked.text("preconditions", "resourceVersion");
        return new DeleteOptions(
                asked.number("gracePeriodSeconds").orElse(null),
                policy.isEmpty() ? null : policy,
                uid.isEmpty() ? null : uid,
                version.isEmpty() ? null : version);
    }

    /** A pod that has ended, has no node yet or is on its way out counts in nobody's budget. */
    private static boolean needsNoBudget(ObjectView pod) {
        String phase = pod.text("status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed") || phase.equals("Pending") || pod.isBeingDeleted();
    }

    private static Optional<ObjectView> budgetOf(ApiClient client, ObjectView pod) {
        List<ObjectView> covering = client.resource(BUDGET_TYPE).list(pod.namespace(), ListOptions.ALL).items().stream()
                .map(ObjectView::new)
                .filter(budget -> covers(budget, pod))
                .toList();
        if (covering.size() > 1) {
            throw ApiException.of(
                    500,
                    "InternalError",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
                    null);
        }
        return covering.stream().findFirst();
    }

    /** An empty selector covers every pod of the namespace, none at all covers none. */
    private static boolean covers(ObjectView budget, ObjectView pod) {
        return budget.at("spec", "selector").isPresent()
                && LabelSelector.of(budget.object("spec", "selector")).matches(pod.labels());
    }

    /** Pods that are not ready may go if the budget says so, or as long as enough others are well. */
    private static boolean mayIgnore(ObjectView budget, ObjectView pod) {
        boolean ready = pod.items("status", "conditions").stream()
                .anyMatch(each ->
                        each.text("type").equals("Ready") && each.text("status").equals("True"));
        if (ready) {
            return false;
        }
        long healthy = budget.number("status", "currentHealthy").orElse(0L);
        long desired = budget.number("status", "desiredHealthy").orElse(0L);
        return budget.text("spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || (healthy >= desired && desired > 0);
    }

    /** Takes one disruption from the budget; the pod is noted in it until its controller has counted anew. */
    private void take(ApiClient client, String name, ObjectView pod, boolean dryRun) {
        for (int attempt = 1; ; attempt++) {
            ObjectView budget = new ObjectView(client.resource(BUDGET_TYPE).get(pod.namespace(), name));
            refuseUnlessAllowed(budget);
            if (dryRun) {
                return;
            }
            long allowed = budget.number("status", "disruptionsAllowed").orElse(0L);
            JsonObject changed = TreeEditor.edit(
                    budget.json(),
                    editor -> editor.editOrCreate("status", status -> {
                        status.set("disruptionsAllowed", allowed - 1);
                        status.editOrCreate(
                                "disruptedPods", pods -> pods.set(pod.name(), Times.format(clock.instant())));
                    }));
            try {
                client.resource(BUDGET_TYPE).updateStatus(changed);
                return;
            } catch (ApiException lost) {
                if (!lost.isConflict() || attempt >= TRIES) {
                    throw lost;
                }
            }
        }
    }

    private static void refuseUnlessAllowed(ObjectView budget) {
        if (budget.number("status", "observedGeneration").orElse(0L) < budget.generation()) {
            throw refusal(
                    "The disruption budget " + budget.name() + " is still being processed by the server.",
                    RETRY_SECONDS);
        }
        long allowed = budget.number("status", "disruptionsAllowed").orElse(0L);
        if (allowed < 0) {
            throw ApiException.forbidden(
                    new GroupResource("policy", "poddisruptionbudgets"),
                    budget.name(),
                    "pdb disruptions allowed is negative");
        }
        if (budget.object("status", "disruptedPods").size() > MOST_DISRUPTED) {
            throw ApiException.forbidden(
                    new GroupResource("policy", "poddisruptionbudgets"),
                    budget.name(),
                    "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }
        if (allowed == 0) {
            throw refusal(
                    "The disruption budget " + budget.name() + " needs "
                            + budget.number("status", "desiredHealthy").orElse(0L) + " healthy pods and has "
                            + budget.number("status", "currentHealthy").orElse(0L) + " currently",
                    0);
        }
    }

    /** 429 with the budget's own words as the cause. */
    private static ApiException refusal(String why, int retrySeconds) {
        return ApiException.of(
                429,
                "TooManyRequests",
                "Cannot evict pod as it would violate the pod's disruption budget.",
                new Status.Details(
                        "", "", "", "", List.of(new Status.Cause("DisruptionBudget", why, "")), retrySeconds));
    }
}
