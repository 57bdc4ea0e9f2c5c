package io.coxswain.apiserver.metrics;

import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.patch.PatchType;
import io.coxswain.observability.MetricSource;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests. What a request costs here is one look-up of its labels and a few adders. Labels have as many values as
 * there are resources, verbs and answers: paths that nothing serves share one. Thread-safe.
 */
@ApplicationScoped
public class RequestMetrics implements MetricSource {
    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };
    private static final Set<String> MUTATING = Set.of("create", "update", "patch", "delete", "deletecollection");
    private static final Set<String> CONNECTIONS = Set.of("exec", "attach", "portforward", "proxy");
    private static final Set<String> PATHS = Set.of(
            "/healthz", "/livez", "/readyz", "/version", "/metrics", "/api", "/apis", "/openapi/v2", "/openapi/v3");
    private static final String COMPONENT = "apiserver";

    private final ResourceRegistry resources;
    private final Map<Labels, Series> series = new ConcurrentHashMap<>();
    private final Map<Labels, Map<Integer, CounterDataPoint>> totals = new ConcurrentHashMap<>();
    private final LongAdder readingNow = new LongAdder();
    private final LongAdder mutatingNow = new LongAdder();

    private final Counter total = Counter.builder()
            .name("apiserver_request_total")
            .help("Requests answered.")
            .labelNames("verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component", "code")
            .withoutExemplars()
            .build();
    private final Histogram duration = Histogram.builder()
            .name("apiserver_request_duration_seconds")
            .help("How long requests took; of streams, how long they were open.")
            .labelNames("verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .build();
    private final Gauge longRunning = Gauge.builder()
            .name("apiserver_longrunning_requests")
            .help("Open watches, followed logs and tunnels.")
            .labelNames("verb", "group", "version", "resource", "subresource", "scope", "component")
            .withoutExemplars()
            .build();
    private final Counter watchEvents = Counter.builder()
            .name("apiserver_watch_events_total")
            .help("Events given to watches.")
            .labelNames("group", "version", "resource")
            .withoutExemplars()
            .build();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected RequestMetrics() {
        this.resources = null;
    }

    @Inject
    public RequestMetrics(ResourceRegistry resources) {
        this.resources = resources;
    }

    private record Labels(
            String verb,
            String dryRun,
            String group,
            String version,
            String resource,
            String subresource,
            String scope) {}

    private record Series(DistributionDataPoint duration, GaugeDataPoint longRunning) {}

    @Override
    public void register(PrometheusRegistry registry) {
        registry.register(total);
        registry.register(duration);
        registry.register(longRunning);
        registry.register(watchEvents);
        GaugeWithCallback.builder()
                .name("apiserver_current_inflight_requests")
                .help("Requests being answered that are no streams.")
                .labelNames("request_kind")
                .callback(point -> {
                    point.call(mutatingNow.sum(), "mutating");
                    point.call(readingNow.sum(), "readOnly");
                })
                .register(registry);
    }

    /** A request has come; the caller must tell how it ends. */
    public Running begin(ApiRequest request) {
        Running running =
                new Running(labels(request), MUTATING.contains(request.info().verb()));
        running.inFlight().increment();
        return running;
    }

    /** A request on its way. Used by one thread at a time. */
    public final class Running {
        private final Labels labels;
        private final boolean mutating;
        private final long start = System.nanoTime();

        private Running(Labels labels, boolean mutating) {
            this.labels = labels;
            this.mutating = mutating;
        }

        private LongAdder inFlight() {
            return mutating ? mutatingNow : readingNow;
        }

        /** It has been answered. */
        public void answered(int code) {
            inFlight().decrement();
            finish(code);
        }

        /** Its answer goes on; {@link #ended} comes later. Gives what counts the events of a watch. */
        public Runnable streaming() {
            inFlight().decrement();
            Series mine = of(labels);
            mine.longRunning().inc();
            if (!labels.verb().equals("WATCH")) {
                return () -> {};
            }
            CounterDataPoint events = watchEvents.labelValues(labels.group(), labels.version(), labels.resource());
            return () -> events.inc(1L);
        }

        /** The stream is over. */
        public void ended(int code) {
            of(labels).longRunning().dec();
            finish(code);
        }

        private void finish(int code) {
            of(labels).duration().observe((System.nanoTime() - start) / 1e9);
            totals.computeIfAbsent(labels, key -> new ConcurrentHashMap<>())
                    .computeIfAbsent(code, this::total)
                    .inc(1L);
        }

        private CounterDataPoint total(int code) {
            return total.labelValues(
                    labels.verb(),
                    labels.dryRun(),
                    labels.group(),
                    labels.version(),
                    labels.resource(),
                    labels.subresource(),
                    labels.scope(),
                    COMPONENT,
                    Integer.toString(code));
        }
    }

    private Series of(Labels labels) {
        Series known = series.get(labels);
        return known != null ? known : series.computeIfAbsent(labels, this::make);
    }

    private Series make(Labels of) {
        return new Series(
                duration.labelValues(
                        of.verb(),
                        of.dryRun(),
                        of.group(),
                        of.version(),
                        of.resource(),
                        of.subresource(),
                        of.scope(),
                        COMPONENT),
                longRunning.labelValues(
                        of.verb(), of.group(), of.version(), of.resource(), of.subresource(), of.scope(), COMPONENT));
    }

    private Labels labels(ApiRequest request) {
        RequestInfo info = request.info();
        String verb = verb(request);
        if (!info.isResource()) {
            String path = PATHS.contains(info.path()) ? info.path() : "";
            return new Labels(verb, "", "", "", "", path, "");
        }
        Optional<RegisteredResource> resource = resources.find(info.gvr());
        if (resource.isEmpty() || !isSubresource(resource.get(), info.subresource())) {
            return new Labels(verb, "", "", "", "", "", "");
        }
        boolean one = !info.name().isEmpty() || info.verb().equals("create");
        String scope = one ? "resource" : info.namespace().isEmpty() ? "cluster" : "namespace";
        String dryRun = request.query().containsKey("dryRun") ? "All" : "";
        return new Labels(verb, dryRun, info.group(), info.version(), info.resource(), info.subresource(), scope);
    }

    private static boolean isSubresource(RegisteredResource resource, String name) {
        return name.isEmpty()
                || name.equals("status")
                || name.equals("scale")
                || resource.subresources().containsKey(name);
    }

    private static String verb(ApiRequest request) {
        RequestInfo info = request.info();
        if (CONNECTIONS.contains(info.subresource())) {
            return "CONNECT";
        }
        return switch (info.verb()) {
            case "get", "head" -> "GET";
            case "list" -> "LIST";
            case "watch" -> "WATCH";
            case "create", "post" -> "POST";
            case "update", "put" -> "PUT";
            case "patch" -> request.contentType().startsWith(PatchType.APPLY.mediaType()) ? "APPLY" : "PATCH";
            case "delete" -> "DELETE";
            case "deletecollection" -> "DELETECOLLECTION";
            default -> "OTHER";
        };
    }
}
