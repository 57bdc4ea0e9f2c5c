package io.coxswain.network.proxy;

import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the rule sets of all nodes that this server drives in step with Services and EndpointSlices. A change is applied
 * within some milliseconds; changes that come while a rule set is being loaded are gathered into the next one. A
 * periodic look finds nodes that came (back) without rules.
 */
public final class ServiceProxy {
    private static final System.Logger LOG = System.getLogger(ServiceProxy.class.getName());
    private static final String BY_SERVICE = "proxy/service";
    private static final Duration GATHER = Duration.ofMillis(10);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final NodeNetworks nodes;
    private final ScheduledExecutorService executor;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Object applying = new Object();
    private final Map<String, Applied> applied = new HashMap<>();

    /** What a node has. */
    private record Applied(String incarnation, String script) {}

    public ServiceProxy(Informers informers, NodeNetworks nodes, ScheduledExecutorService executor) {
        this.nodes = nodes;
        this.executor = executor;
        this.services = informers.informer(ResourceTypes.SERVICES);
        this.slices = informers.informer(ResourceTypes.ENDPOINT_SLICES);
        slices.addIndex(BY_SERVICE, slice -> List.of(ownerKey(slice)));
    }

    private static String ownerKey(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        String service = labels == null ? "" : labels.getOrDefault("kubernetes.io/service-name", "");
        return slice.getMetadata().getNamespace() + "/" + service;
    }

    /** Starts to follow the caches. */
    public void start() {
        services.addHandler(new Trigger<>());
        slices.addHandler(new Trigger<>());
        executor.scheduleWithFixedDelay(this::soon, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void soon() {
        if (pending.compareAndSet(false, true)) {
            executor.schedule(this::apply, GATHER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void apply() {
        pending.set(false);
        if (!services.hasSynced() || !slices.hasSynced()) {
            return; // the periodic look comes back: half a cache would cut off services that work
        }
        synchronized (applying) {
            for (NodeNetwork node : nodes.running()) {
                try {
                    load(node);
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.ERROR, "service rules not loaded: node=" + node.nodeName(), e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void load(NodeNetwork node) throws IOException, InterruptedException {
        String script = NftRuleSet.script(ServicePortRules.of(
                services.lister().list(""),
                service -> slices.lister()
                        .byIndex(
                                BY_SERVICE,
                                service.getMetadata().getNamespace() + "/"
                                        + service.getMetadata().getName()),
                node.nodeName()));
        Applied now = new Applied(node.incarnation(), script);
        if (!now.equals(applied.get(node.nodeName()))) {
            node.loadRules(script);
            applied.put(node.nodeName(), now);
        }
    }

    private final class Trigger<T> implements Informer.Handler<T> {
        @Override
        public void onAdd(T object) {
            soon();
        }

        @Override
        public void onUpdate(T old, T now) {
            soon();
        }

        @Override
        public void onDelete(T last) {
            soon();
        }
    }
}
