package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.ServedKinds;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.cron.GoDuration;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import io.coxswain.meta.selector.LabelSelector;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The three metrics APIs: {@code metrics.k8s.io}, {@code custom.metrics.k8s.io} and {@code external.metrics.k8s.io}, asked
 * through the API server, which has them from servers that extend it.
 */
public final class ApiMetrics implements MetricsSource {
    private static final String RESOURCES = "metrics.k8s.io";
    private static final String CUSTOM = "custom.metrics.k8s.io";
    private static final String EXTERNAL = "external.metrics.k8s.io";
    private static final List<String> CUSTOM_VERSIONS = List.of("v1beta2", "v1beta1");
    private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(1);

    private final ApiClient client;
    private final ServedKinds kinds;

    /** @param client with the rights of the autoscaler's loop */
    public ApiMetrics(ApiClient client) {
        this.client = client;
        this.kinds = new ServedKinds(client);
    }

    @Override
    public Map<String, PodMetric> usage(String namespace, LabelSelector pods, String resource, String container)
            throws MetricsException {
        List<JsonObject> items = list(RESOURCES, "v1beta1", namespace, "pods", pods, "resource");
        Map<String, PodMetric> usage = new HashMap<>();
        for (JsonObject item : items) {
            ObjectView pod = new ObjectView(item);
            amount(pod, resource, container)
                    .ifPresent(
                            milli -> usage.put(pod.name(), new PodMetric(at(pod), window(pod.text("window")), milli)));
        }
        return usage;
    }

    /** Empty if one of the containers that count was not measured. */
    private static Optional<Long> amount(ObjectView pod, String resource, String container) throws MetricsException {
        List<ObjectView> containers = pod.items("containers").stream()
                .filter(each -> container.isEmpty() || each.text("name").equals(container))
                .toList();
        if (containers.isEmpty() && !container.isEmpty()) {
            throw new MetricsException("failed to get container metrics: container " + container
                    + " not present in metrics for pod " + pod.namespace() + "/" + pod.name());
        }
        long sum = 0;
        for (ObjectView each : containers) {
            String text = each.text("usage", resource);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            sum = ReplicaCalculator.sum(sum, milli(text));
        }
        return containers.isEmpty() ? Optional.empty() : Optional.of(sum);
    }

    @Override
    public Map<String, PodMetric> ofPods(String namespace, LabelSelector pods, String metric, LabelSelector series)
            throws MetricsException {
        Map<String, List<String>> query = query(series);
        query.put("labelSelector", List.of(pods.toString()));
        Map<String, PodMetric> values = new HashMap<>();
        for (ObjectView item : custom(namespace, "pods", "*", metric, query)) {
            Duration window = item.number("windowSeconds")
                    .or(() -> item.number("window"))
                    .map(Duration::ofSeconds)
                    .orElse(DEFAULT_WINDOW);
            values.put(
                    item.text("describedObject", "name"), new PodMetric(at(item), window, milli(item.text("value"))));
        }
        return values;
    }

    @Override
    public long ofObject(
            String namespace, String apiVersion, String kind, String name, String metric, LabelSelector series)
            throws MetricsException {
        String group = ServedKinds.group(apiVersion);
        if (kind.equals("Namespace") && group.isEmpty()) {
            // A reference cannot leave the autoscaler's namespace, so its name does not count.
            return milli(custom(namespace, "metrics", metric, "", query(series))
                    .get(0)
                    .text("value"));
        }
        ResourceType<JsonObject> type = kinds.find(group, kind)
                .orElseThrow(
                        () -> new MetricsException("unable to fetch metrics from custom metrics API: no matches for"
                                + " kind \"" + kind + "\" in group \"" + group + "\""));
        String resource = group.isEmpty() ? type.gvr().resource() : type.gvr().resource() + "." + group;
        return milli(
                custom(namespace, resource, name, metric, query(series)).get(0).text("value"));
    }

    private static Map<String, List<String>> query(LabelSelector series) {
        Map<String, List<String>> query = new HashMap<>();
        if (!series.isEverything()) {
            query.put("metricLabelSelector", List.of(series.toString()));
        }
        return query;
    }

    /** The items that the newest version answers with that is served; at least one. */
    private List<ObjectView> custom(
            String namespace, String resource, String name, String metric, Map<String, List<String>> query)
            throws MetricsException {
        String problem = "no custom metrics API (" + CUSTOM + ") registered";
        for (String version : CUSTOM_VERSIONS) {
            try {
                JsonObject answer = client.resource(
                                new GroupVersionResource(CUSTOM, version, resource), "MetricValueList", true)
                        .getSubresource(namespace, name, metric, query);
                List<ObjectView> items = new ObjectView(answer).items("items");
                if (items.isEmpty()) {
                    throw new MetricsException("no metrics returned from custom metrics API");
                }
                return items;
            } catch (ApiException e) {
                if (!isNotServed(e)) {
                    problem = String.valueOf(e.getMessage());
                    break;
                }
            }
        }
        throw new MetricsException("unable to fetch metrics from custom metrics API: " + problem);
    }

    @Override
    public List<Long> external(String namespace, String metric, LabelSelector series) throws MetricsException {
        List<Long> values = new ArrayList<>();
        for (JsonObject item : list(EXTERNAL, "v1beta1", namespace, metric, series, "external")) {
            values.add(milli(new ObjectView(item).text("value")));
        }
        return values;
    }

    private List<JsonObject> list(
            String group, String version, String namespace, String resource, LabelSelector selector, String name)
            throws MetricsException {
        ResourceClient<JsonObject> metrics =
                client.resource(new GroupVersionResource(group, version, resource), resource, true);
        List<JsonObject> items;
        try {
            items = metrics.list(namespace, ListOptions.labels(selector.toString()))
                    .items();
        } catch (ApiException e) {
            // As client-go words an answer that does not say what is missing.
            String what = isNotServed(e) ? " (get " + resource + "." + group + ")" : "";
            throw new MetricsException(
                    "unable to fetch metrics from " + name + " metrics API: " + e.getMessage() + what);
        }
        if (items.isEmpty()) {
            throw new MetricsException("no metrics returned from " + name + " metrics API");
        }
        return items;
    }

    /** Whether the path is unknown, rather than an object behind it. */
    static boolean isNotServed(ApiException e) {
        return e.isNotFound() && "the server could not find the requested resource".equals(e.getMessage());
    }

    private static Instant at(ObjectView item) {
        return Pods.time(item.text("timestamp")).orElse(Instant.EPOCH);
    }

    private static Duration window(String text) {
        return GoDuration.parse(text).orElse(Duration.ZERO);
    }

    private static long milli(String text) throws MetricsException {
        try {
            return Quantity.parse(text).milliValue();
        } catch (QuantityFormatException e) {
            throw new MetricsException("\"" + text + "\" is no quantity: " + e.getMessage());
        }
    }
}
