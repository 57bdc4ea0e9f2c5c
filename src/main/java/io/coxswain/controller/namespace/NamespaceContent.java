package io.coxswain.controller.namespace;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClient.ServedResource;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ObjectSummary;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Deletes what is in a namespace and tells what is left. Pods go first: what runs may need the rest until it has ended. */
final class NamespaceContent {
    private static final DeleteOptions BACKGROUND = new DeleteOptions(null, "Background", null, null);

    private final ApiClient client;

    NamespaceContent(ApiClient client) {
        this.client = client;
    }

    /**
     * What is left after a try.
     *
     * @param failures what could not be deleted, and why
     * @param remaining resource → how many objects
     * @param finalizers finalizer → on how many objects
     * @param estimateSeconds how long the remaining pods may take
     */
    record Rest(
            List<String> failures,
            Map<String, Integer> remaining,
            Map<String, Integer> finalizers,
            long estimateSeconds) {
        boolean isEmpty() {
            return failures.isEmpty() && remaining.isEmpty();
        }

        String failureText() {
            return failures.isEmpty()
                    ? ""
                    : "Failed to delete all resource types, " + failures.size() + " remaining: "
                            + failures.stream().sorted().collect(Collectors.joining(", "));
        }

        String remainingText() {
            return remaining.isEmpty()
                    ? ""
                    : "Some resources are remaining: "
                            + remaining.entrySet().stream()
                                    .map(entry -> entry.getKey() + " has " + entry.getValue() + " resource instances")
                                    .collect(Collectors.joining(", "));
        }

        String finalizerText() {
            return finalizers.isEmpty()
                    ? ""
                    : "Some content in the namespace has finalizers remaining: "
                            + finalizers.entrySet().stream()
                                    .map(entry -> entry.getKey() + " in " + entry.getValue() + " resource instances")
                                    .collect(Collectors.joining(", "));
        }
    }

    Rest delete(String namespace, List<ServedResource> resources) {
        List<String> failures = new ArrayList<>();
        Map<String, Integer> remaining = new TreeMap<>();
        Map<String, Integer> finalizers = new TreeMap<>();
        long estimate = 0;
        List<ServedResource> ordered = new ArrayList<>(resources);
        ordered.removeIf(resource -> !resource.namespaced()
                || !resource.verbs().contains("delete")
                || !resource.verbs().contains("list"));
        ordered.sort((a, b) -> Boolean.compare(isPods(b), isPods(a)));
        for (ServedResource resource : ordered) {
            try {
                estimate += deleteAll(namespace, resource, failures, remaining, finalizers);
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    failures.add(e.getMessage());
                }
            }
            if (isPods(resource) && !(remaining.isEmpty() && failures.isEmpty())) {
                break;
            }
        }
        return new Rest(failures, remaining, finalizers, estimate);
    }

    private long deleteAll(
            String namespace,
            ServedResource served,
            List<String> failures,
            Map<String, Integer> remaining,
            Map<String, Integer> finalizers) {
        ResourceClient<ObjectSummary> resource =
                client.resource(new ResourceType<>(served.gvr(), served.kind(), true, ObjectSummary.class));
        List<ObjectSummary> found = resource.list(namespace, ListOptions.ALL).items();
        if (found.isEmpty()) {
            return 0;
        }
        if (served.verbs().contains("deletecollection")) {
            resource.deleteCollection(namespace, ListOptions.ALL, BACKGROUND);
        } else {
            found.forEach(object -> deleteOne(resource, namespace, object));
        }
        List<ObjectSummary> left = resource.list(namespace, ListOptions.ALL).items();
        if (left.isEmpty()) {
            return 0;
        }
        remaining.put(name(served), left.size());
        left.forEach(object ->
                object.metadata().finalizers().forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum)));
        long estimate = isPods(served) ? longestGrace(namespace) : 0;
        boolean held =
                left.stream().anyMatch(object -> !object.metadata().finalizers().isEmpty());
        if (estimate == 0 && !held) {
            failures.add("unexpected items still remain in namespace: " + namespace + " for gvr: "
                    + served.gvr().groupVersion() + ", Resource=" + served.gvr().resource());
        }
        return estimate;
    }

    private static void deleteOne(ResourceClient<ObjectSummary> resource, String namespace, ObjectSummary object) {
        try {
            resource.delete(namespace, object.metadata().name(), BACKGROUND);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private long longestGrace(String namespace) {
        return client.resource(ResourceTypes.PODS).list(namespace, ListOptions.ALL).items().stream()
                .map(Pod::getSpec)
                .filter(spec -> spec != null && spec.getTerminationGracePeriodSeconds() != null)
                .mapToLong(spec -> spec.getTerminationGracePeriodSeconds())
                .max()
                .orElse(0);
    }

    private static boolean isPods(ServedResource resource) {
        return resource.gvr().group().isEmpty() && resource.gvr().resource().equals("pods");
    }

    /** Upstream prints the group after a dot even where it is empty. */
    private static String name(ServedResource resource) {
        return resource.gvr().resource() + "." + resource.gvr().group();
    }
}
