package io.coxswain.controller.resourcequota;

import io.coxswain.client.ApiClient;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ObjectSummary;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.ResourceWatcher;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quota.QuotaScopes;
import io.coxswain.meta.quota.ResourceUsage;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.Dependent;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The resource quota loop. */
@Dependent
public class ResourceQuotaReconciler implements Reconciler {
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final Duration DISCOVERY_PERIOD = Duration.ofSeconds(30);
    private static final Duration RECOUNT_PERIOD = Duration.ofMinutes(5);
    private static final ResourceType<JsonObject> QUOTAS =
            new ResourceType<>(ResourceTypes.RESOURCE_QUOTAS.gvr(), "ResourceQuota", true, JsonObject.class);

    @SuppressWarnings("NullAway.Init") // set by setUp
    private ApiClient client;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> quotas;

    @SuppressWarnings("NullAway.Init")
    private ResourceWatcher resources;

    @Override
    public String name() {
        return "resourcequota-controller";
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
        quota.object("spec", "hard").keySet().forEach(name -> resources.add(ResourceUsage.counted(name)));
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
        Map<String, Quantity> hard = ResourceUsage.quantities(quota, "spec", "hard");
        Map<String, Quantity> used = new TreeMap<>();
        hard.keySet().forEach(name -> used.put(name, Quantity.ZERO));
        for (GroupResource resource : counted(quota)) {
            resources
                    .byResource(resource)
                    .ifPresent(type -> usage(quota, type).forEach((name, amount) -> {
                        if (hard.containsKey(name)) {
                            used.merge(name, amount, Quantity::add);
                        }
                    }));
        }
        boolean same = hard.equals(ResourceUsage.quantities(quota, "status", "hard"))
                && used.equals(ResourceUsage.quantities(quota, "status", "used"));
        if (!same) {
            write(quota, used);
        }
    }

    private Map<String, Quantity> usage(ObjectView quota, ResourceType<ObjectSummary> type) {
        ResourceClient<JsonObject> resource = client.resource(type.gvr(), type.kind(), true);
        GroupResource name = type.gvr().groupResource();
        return ResourceUsage.sum(resource.list(quota.namespace(), ListOptions.ALL).items().stream()
                .map(ObjectView::new)
                .filter(object -> QuotaScopes.match(quota, name, object))
                .map(object -> ResourceUsage.of(name, object))
                .toList());
    }

    private void write(ObjectView quota, Map<String, Quantity> used) {
        JsonObjectBuilder amounts = JSON.createObjectBuilder();
        used.forEach((name, amount) -> amounts.add(name, amount.toString()));
        JsonObject changed = JSON.createObjectBuilder(quota.json())
                .add(
                        "status",
                        JSON.createObjectBuilder()
                                .add("hard", quota.object("spec", "hard"))
                                .add("used", amounts))
                .build();
        client.resource(QUOTAS).updateStatus(changed);
    }
}
