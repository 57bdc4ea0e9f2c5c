package io.coxswain.bootstrap.metrics;

import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.observability.Figures;
import io.coxswain.observability.MetricSource;
import io.coxswain.store.ManagedObjectStore;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;

/** The store's figures: how much is in it, how it commits, how far back its history goes. */
@ApplicationScoped
public class StoreMetrics implements MetricSource {
    private ManagedObjectStore store;
    private ResourceRegistry resources;

    @SuppressWarnings("NullAway.Init")
    protected StoreMetrics() {}

    @Inject
    public StoreMetrics(ManagedObjectStore store, ResourceRegistry resources) {
        this.store = store;
        this.resources = resources;
    }

    @Override
    public void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("apiserver_storage_objects")
                .help("Stored objects by resource.")
                .labelNames("resource")
                .callback(point -> objects().forEach((resource, count) -> point.call(count, resource)))
                .register(registry);
        Histogram sets = Histogram.builder()
                .name("coxswain_store_batch_size")
                .help("Change sets in one transaction.")
                .classicOnly()
                .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
                .withoutExemplars()
                .register(registry);
        Histogram seconds = Histogram.builder()
                .name("coxswain_store_commit_duration_seconds")
                .help("Time from the first statement of a transaction until it is durable.")
                .classicOnly()
                .classicUpperBounds(
                        0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8)
                .withoutExemplars()
                .register(registry);
        store.observe((count, nanos) -> {
            sets.observe(count);
            seconds.observe(nanos / 1e9);
        });
        Figures.gauge(
                registry,
                "coxswain_store_revision",
                "The newest revision.",
                () -> store.statistics().revision());
        Figures.gauge(
                registry,
                "coxswain_store_compacted_revision",
                "The floor of the log: watches cannot start at or below it.",
                () -> store.statistics().compactedRevision());
        Figures.gauge(
                registry,
                "coxswain_store_waiting_sets",
                "Change sets that wait for the writer.",
                () -> store.statistics().waitingSets());
        Figures.gauge(
                registry,
                "coxswain_store_waiting_bytes",
                "Their bytes.",
                () -> store.statistics().waitingBytes());
        Figures.counter(
                registry,
                "coxswain_store_committed_sets_total",
                "Change sets committed.",
                () -> store.statistics().committedSets());
        Figures.counter(
                registry,
                "coxswain_store_failed_batches_total",
                "Transactions the database did not take.",
                () -> store.statistics().failedBatches());
        Figures.gauge(
                registry,
                "coxswain_store_watches",
                "Open watches of the watch cache.",
                () -> store.statistics().watches());
        Figures.counter(
                registry,
                "coxswain_store_closed_watches_total",
                "Watches closed because their reader was too slow.",
                () -> store.statistics().closedWatches());
    }

    private Map<String, Integer> objects() {
        Map<String, Integer> counts = new TreeMap<>();
        for (RegisteredResource resource : resources.catalog().resources().values()) {
            String name = resource.storageName();
            counts.computeIfAbsent(name, key -> store.snapshot(key).size(null));
        }
        return counts;
    }
}
