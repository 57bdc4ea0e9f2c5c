package io.coxswain.client;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options as query parameters and bodies: the same for both transports. */
final class Parameters {
    private static final JsonProvider JSON = JsonProvider.provider();

    private Parameters() {}

    static Map<String, List<String>> of(ListOptions options) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        add(query, "labelSelector", options.labelSelector());
        add(query, "fieldSelector", options.fieldSelector());
        add(query, "resourceVersion", options.resourceVersion());
        add(query, "continue", options.continueToken());
        if (options.limit() > 0) {
            add(query, "limit", Integer.toString(options.limit()));
        }
        return query;
    }

    static Map<String, List<String>> watch(ListOptions options) {
        Map<String, List<String>> query = of(options);
        add(query, "watch", "true");
        add(query, "allowWatchBookmarks", "true");
        return query;
    }

    static Map<String, List<String>> of(WriteOptions options) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        add(query, "dryRun", options.dryRun() ? "All" : "");
        add(query, "fieldManager", options.fieldManager());
        add(query, "fieldValidation", options.fieldValidation());
        return query;
    }

    static JsonObject body(DeleteOptions options) {
        JsonObjectBuilder body =
                JSON.createObjectBuilder().add("kind", "DeleteOptions").add("apiVersion", "v1");
        if (options.gracePeriodSeconds() != null) {
            body.add("gracePeriodSeconds", options.gracePeriodSeconds());
        }
        if (options.propagationPolicy() != null) {
            body.add("propagationPolicy", options.propagationPolicy());
        }
        JsonObjectBuilder preconditions = JSON.createObjectBuilder();
        if (options.uid() != null) {
            preconditions.add("uid", options.uid());
        }
        if (options.resourceVersion() != null) {
            preconditions.add("resourceVersion", options.resourceVersion());
        }
        JsonObject wanted = preconditions.build();
        return wanted.isEmpty()
                ? body.build()
                : body.add("preconditions", wanted).build();
    }

    private static void add(Map<String, List<String>> query, String name, String value) {
        if (!value.isEmpty()) {
            query.put(name, List.of(value));
        }
    }
}
