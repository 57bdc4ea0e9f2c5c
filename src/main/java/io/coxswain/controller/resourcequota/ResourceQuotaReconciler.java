package io.coxswain.controller.resourcequota;

import io.coxswain.client.ApiClient;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ObjectSummary;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.ResourceWatcher;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.kinds.quota.QuotaEvaluators;
import io.coxswain.kinds.quota.Usage;
import io.coxswain.kinds.quota.UsageEvaluator;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resource quota loop. */
@Dependent
public class ResourceQuotaReconciler implements Reconciler {
    private static final Duration DISCOVERY_PERIOD = Duration.ofSeconds(30);
    private static final Duration RECOUNT_PERIOD = Duration.ofMinutes(5);
    private static final ResourceType<JsonObject> QUOTAS =
            new ResourceType<>(ResourceTypes.RESOURCE_QUOTAS.gvr(), "ResourceQuota", true, JsonObject.class);

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private ApiClient client;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> quotas;

    @SuppressWarnings("NullAway.Init")
    private ResourceWatcher resources;

    @Inject
    public ResourceQuotaReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "resourcequota-controller";
    }

    @Override
    public String queueName() {
        return "resourcequota_primary";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client();
        quotas = watches.primary(QUOTAS).lister();
        resources = new ResourceWatcher(watches, this::changed);
        resources.refresh();
        watches.changes(ResourceTypes.PODS, this::podFinished);
        watches.every(DISCOVERY_PERIOD, resources::refresh);
        watches.every(RECOUNT_PERIOD, () -> keys(quotas.list("")));
    }

    /** Creations are charged by admission, but one that bypassed it (an older quota state) is found all the same. */
    private Collection<Key> changed(
            ResourceType<ObjectSummary> type, @Nullable ObjectSummary old, @Nullable ObjectSummary now) {
        if (old != null && now != null) {
            return List.of();
        }
        ObjectSummary object = now == null ? old : now;
        String namespace = object == null ? "" : object.metadata().namespace();
        return namespace.isEmpty() ? List.of() : concerned(namespace, type.gvr().groupResource());
    }

    private Collection<Key> podFinished(@Nullable Pod old, @Nullable Pod now) {
        return old != null && now != null && !Pods.isFinished(old) && Pods.isFinished(now)
                ? concerned(
                        now.getMetadata().getNamespace(),
                        ResourceTypes.PODS.gvr().groupResource())
                : List.of();
    }

    private List<Key> concerned(String namespace, GroupResource resource) {
        return keys(quotas.list(namespace).stream()
                .filter(quota -> counted(new ObjectView(quota)).contains(resource))
                .toList());
    }

    private static List<Key> keys(List<JsonObject> quotas) {
        return quotas.stream()
                .map(ObjectView::new)
                .map(quota -> new Key(quota.namespace(), quota.name()))
                .toList();
    }

    private static Set<GroupResource> counted(ObjectView quota) {
        Set<GroupResource> resources = new HashSet<>();
        quota.object("spec", "hard")
                .keySet()
                .forEach(name -> QuotaEvaluators.resourceOf(name).ifPresent(resources::add));
        return resources;
    }

    @Override
    public Result reconcile(Key key) {
        Optional<JsonObject> found = quotas.get(key.namespace(), key.name());
        if (found.isPresent() && !new ObjectView(found.get()).isBeingDeleted()) {
            recount(new ObjectView(found.get()));
        }
        return Result.done();
    }

    /**
     * The quota was read before its objects are listed: whatever admission charges in the meantime changes the quota, and
     * the write below is refused and done again.
     */
    private void recount(ObjectView quota) {
        Usage hard = new Usage(ResourceRules.amounts(quota, "spec", "hard"));
        Usage used = hard.zeroed();
        for (GroupResource resource : counted(quota)) {
            Optional<ResourceType<ObjectSummary>> type = resources.byResource(resource);
            if (type.isPresent()) {
                used = used.plus(usage(quota, type.get()).only(hard.amounts().keySet()));
            }
        }
        boolean same = hard.equals(new Usage(ResourceRules.amounts(quota, "status", "hard")))
                && used.equals(new Usage(ResourceRules.amounts(quota, "status", "used")));
        if (!same) {
            write(quota, used);
        }
    }

    private Usage usage(ObjectView quota, ResourceType<ObjectSummary> type) {
        UsageEvaluator evaluator = QuotaEvaluators.of(type.gvr().groupResource());
        Set<String> hard = quota.object("spec", "hard").keySet();
        Usage sum = Usage.NONE;
        for (JsonObject one : client.resource(type.gvr(), type.kind(), true)
                .list(quota.namespace(), ListOptions.ALL)
                .items()) {
            ObjectView object = new ObjectView(one);
            if (QuotaEvaluators.matches(evaluator, quota, hard, object)) {
                sum = sum.plus(evaluator.usage(object, clock.instant()));
            }
        }
        return sum;
    }

    private void write(ObjectView quota, Usage used) {
        JsonObject status = JsonTrees.object()
                .add("hard", quota.object("spec", "hard"))
                .add("used", used.toJson())
                .build();
        client.resource(QUOTAS).updateStatus(JsonTrees.with(quota.json(), "status", status));
    }
}
