package io.coxswain.bootstrap.objects;

import io.coxswain.apiserver.flowcontrol.FlowSchema;
import io.coxswain.apiserver.flowcontrol.PriorityLevel;
import io.coxswain.client.ApiClient;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Upstream's mandatory and suggested FlowSchemas and PriorityLevelConfigurations. */
public final class FlowControlObjects {
    public static final ResourceType<JsonObject> SCHEMAS =
            ResourceType.cluster("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema", JsonObject.class);
    public static final ResourceType<JsonObject> LEVELS = ResourceType.cluster(
            "flowcontrol.apiserver.k8s.io",
            "v1",
            "prioritylevelconfigurations",
            "PriorityLevelConfiguration",
            JsonObject.class);

    private static final System.Logger LOG = System.getLogger(FlowControlObjects.class.getName());
    private static final String FILE = "/io/coxswain/bootstrap/flowcontrol.yaml";
    private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
    private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");

    private final List<JsonObject> all;

    public FlowControlObjects() {
        try (InputStream in = FlowControlObjects.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing");
            }
            all = YamlCodec.parseAll(new String(in.readAllBytes(), StandardCharsets.UTF_8)).stream()
                    .map(document -> document.value().asJsonObject())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<JsonObject> of(ResourceType<JsonObject> type) {
        return all.stream()
                .filter(object -> object.getString("kind").equals(type.kind()))
                .toList();
    }

    /** Schemas as they are stored, and the mandatory ones if they are not. Without any: all of ours. */
    public List<FlowSchema> schemas(Collection<JsonObject> stored) {
        return merged(stored, SCHEMAS, FlowSchema::of);
    }

    /** Levels as they are stored, and the mandatory ones if they are not. Without any: all of ours. */
    public List<PriorityLevel> levels(Collection<JsonObject> stored) {
        return merged(stored, LEVELS, PriorityLevel::of);
    }

    private <T> List<T> merged(
            Collection<JsonObject> stored, ResourceType<JsonObject> type, Function<JsonObject, T> read) {
        Map<String, JsonObject> merged = new LinkedHashMap<>();
        for (JsonObject object : of(type)) {
            String name = new ObjectView(object).name();
            if (stored.isEmpty() || MANDATORY.contains(name)) {
                merged.put(name, object);
            }
        }
        stored.forEach(object -> merged.put(new ObjectView(object).name(), object));
        List<T> result = new ArrayList<>();
        merged.values().forEach(object -> result.add(read.apply(object)));
        return result;
    }

    /**
     * Makes what is missing, brings specs up to date but those that an administrator keeps, and removes what an earlier
     * version kept that we no longer have.
     */
    public void ensure(ApiClient client) {
        for (ResourceType<JsonObject> type : List.of(LEVELS, SCHEMAS)) {
            ResourceClient<JsonObject> resource = client.resource(type);
            of(type).forEach(wanted -> ensure(resource, wanted));
        }
        for (ResourceType<JsonObject> type : List.of(SCHEMAS, LEVELS)) {
            removeFormer(client.resource(type), of(type));
        }
    }

    private static void ensure(ResourceClient<JsonObject> resource, JsonObject wanted) {
        ObjectView view = new ObjectView(wanted);
        Optional<ObjectView> existing = resource.find("", view.name()).map(ObjectView::new);
        if (existing.isEmpty()) {
            create(resource, wanted);
            return;
        }
        boolean ours = MANDATORY.contains(view.name()) || isKept(existing.get());
        JsonObject revised = JsonTrees.set(
                existing.get().json(), JsonTrees.text(Boolean.toString(ours)), "metadata", "annotations", AUTO_UPDATE);
        if (ours) {
            revised = JsonTrees.with(revised, "spec", wanted.getJsonObject("spec"));
        }
        if (!revised.equals(existing.get().json())) {
            LOG.log(System.Logger.Level.INFO, "updating {0} {1}", view.kind(), view.name());
            resource.update(revised);
        }
    }

    private static void create(ResourceClient<JsonObject> resource, JsonObject wanted) {
        try {
            resource.create(wanted);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) { // another server was faster
                throw e;
            }
        }
    }

    /** Whether the spec is ours to keep: what the annotation says; without one, whether nobody has changed the spec yet. */
    private static boolean isKept(ObjectView object) {
        String said = object.annotations().getOrDefault(AUTO_UPDATE, "");
        return switch (said) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> object.generation() == 1;
        };
    }

    private static void removeFormer(ResourceClient<JsonObject> resource, List<JsonObject> ours) {
        Set<String> names =
                ours.stream().map(object -> new ObjectView(object).name()).collect(Collectors.toSet());
        for (JsonObject object : resource.list("", ListOptions.ALL).items()) {
            ObjectView view = new ObjectView(object);
            if (!names.contains(view.name()) && "true".equals(view.annotations().get(AUTO_UPDATE))) {
                LOG.log(System.Logger.Level.INFO, "removing {0} {1}", view.kind(), view.name());
                resource.delete("", view.name(), DeleteOptions.uid(view.uid()));
            }
        }
    }
}
