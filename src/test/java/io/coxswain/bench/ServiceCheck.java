package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Whether what is counted and collected from other objects agrees with them: slices, Endpoints, quotas, budgets. */
final class ServiceCheck {
    private final ClusterView view;
    private final List<String> faults;

    ServiceCheck(ClusterView view, List<String> faults) {
        this.view = view;
        this.faults = faults;
    }

    void check() {
        ours("services").forEach(this::service);
        ours("resourcequotas").forEach(this::quota);
        ours("poddisruptionbudgets").forEach(this::budget);
    }

    private List<JsonNode> ours(String resource) {
        return view.all(resource).stream()
                .filter(object -> ClusterView.namespace(object).startsWith(StateCheck.PREFIX))
                .toList();
    }

    private void service(JsonNode service) {
        String who = ClusterView.describe("services", service);
        Set<String> pods = new TreeSet<>();
        for (JsonNode pod : view.in("pods", ClusterView.namespace(service))) {
            if (WorkloadCheck.active(pod)
                    && selects(service.at("/spec/selector"), pod)
                    && ClusterView.is(pod, "Ready")) {
                pods.add(ClusterView.name(pod) + "=" + pod.at("/status/podIP").asText());
            }
        }
        Set<String> slices = new TreeSet<>();
        for (JsonNode slice : view.ownedBy("endpointslices", service)) {
            for (JsonNode endpoint : slice.path("endpoints")) {
                String one = endpoint.at("/targetRef/name").asText() + "="
                        + endpoint.path("addresses").path(0).asText();
                if (endpoint.at("/conditions/ready").asBoolean(true) && !slices.add(one)) {
                    faults.add("slices: " + who + " has " + one + " twice");
                }
            }
        }
        if (!slices.equals(pods)) {
            faults.add("slices: " + who + " has " + slices + ", ready are " + pods);
        }
        Set<String> addresses = new TreeSet<>();
        view.find("endpoints", ClusterView.namespace(service), ClusterView.name(service))
                .ifPresent(endpoints -> {
                    for (JsonNode subset : endpoints.path("subsets")) {
                        for (JsonNode address : subset.path("addresses")) {
                            addresses.add(address.at("/targetRef/name").asText() + "="
                                    + address.path("ip").asText());
                        }
                    }
                });
        if (!addresses.equals(pods)) {
            faults.add("endpoints: " + who + " has " + addresses + ", ready are " + pods);
        }
    }

    private void quota(JsonNode quota) {
        String namespace = ClusterView.namespace(quota);
        List<JsonNode> pods = view.in("pods", namespace).stream()
                .filter(pod -> !List.of("Succeeded", "Failed").contains(WorkloadCheck.phase(pod)))
                .toList();
        Map<String, Long> counted = Map.of(
                "pods", (long) pods.size(),
                "requests.cpu", pods.stream().mapToLong(NodeCheck::milliCpu).sum(),
                "services", (long) view.in("services", namespace).size(),
                "configmaps", (long) view.in("configmaps", namespace).size(),
                "persistentvolumeclaims",
                        (long) view.in("persistentvolumeclaims", namespace).size(),
                "count/deployments.apps",
                        (long) view.in("deployments", namespace).size(),
                "count/jobs.batch", (long) view.in("jobs", namespace).size());
        quota.at("/spec/hard").fieldNames().forEachRemaining(resource -> {
            String used = quota.at("/status/used").path(resource).asText();
            long there = resource.equals("requests.cpu") ? milli(used) : used.isEmpty() ? -1 : Long.parseLong(used);
            if (there != Objects.requireNonNull(counted.get(resource), resource)) {
                faults.add("quota: " + ClusterView.describe("resourcequotas", quota) + " counts " + used + " "
                        + resource + ", there are " + counted.get(resource));
            }
        });
    }

    /** Of an amount of CPU, in thousandths. */
    static long milli(String amount) {
        return amount.isEmpty()
                ? 0
                : amount.endsWith("m")
                        ? Long.parseLong(amount.substring(0, amount.length() - 1))
                        : Long.parseLong(amount) * 1000;
    }

    private void budget(JsonNode budget) {
        String who = ClusterView.describe("poddisruptionbudgets", budget);
        List<JsonNode> pods = view.in("pods", ClusterView.namespace(budget)).stream()
                .filter(pod -> WorkloadCheck.active(pod) && selects(budget.at("/spec/selector/matchLabels"), pod))
                .toList();
        long healthy = pods.stream().filter(pod -> ClusterView.is(pod, "Ready")).count();
        long wanted = budget.at("/spec/minAvailable").asLong();
        JsonNode status = budget.path("status");
        if (status.path("currentHealthy").asLong() != healthy
                || status.path("desiredHealthy").asLong() != wanted
                || status.path("disruptionsAllowed").asLong() != Math.max(0, healthy - wanted)) {
            faults.add("budget: " + who + " has the status " + status + ", " + healthy + " pods are healthy");
        }
        if (!status.path("disruptedPods").isEmpty()) {
            faults.add("budget: " + who + " waits for disrupted pods " + status.path("disruptedPods"));
        }
        if (status.path("observedGeneration").asLong()
                != budget.at("/metadata/generation").asLong()) {
            faults.add("budget: " + who + " was not observed");
        }
    }

    private static boolean selects(JsonNode labels, JsonNode pod) {
        boolean[] all = {!labels.isEmpty()};
        labels.fields()
                .forEachRemaining(label -> all[0] &= ClusterView.label(pod, label.getKey())
                        .equals(label.getValue().asText()));
        return all[0];
    }
}
