package io.coxswain.bootstrap.objects;

import io.coxswain.apiserver.flowcontrol.FlowSchema;
import io.coxswain.apiserver.flowcontrol.PriorityLevel;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
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

    /** Makes what is missing and brings specs up to date, but those that an administrator keeps. */
    public void ensure(ApiClient client) {
        for (ResourceType<JsonObject> type : List.of(LEVELS, SCHEMAS)) {
            ResourceClient<JsonObject> resource = client.resource(type);
            of(type).forEach(wanted -> ensure(resource, wanted));
        }
    }

    private static void ensure(ResourceClient<JsonObject> resource, JsonObject wanted) {
        ObjectView view = new ObjectView(wanted);
        Optional<JsonObject> existing = resource.find("", view.name());
        if (existing.isEmpty()) {
            resource.create(wanted);
            return;
        }
        boolean ours = MANDATORY.contains(view.name())
                || "true".equals(new ObjectView(existing.get()).annotations().get(AUTO_UPDATE));
        JsonValue spec = wanted.getJsonObject("spec");
        if (ours && !spec.equals(existing.get().get("spec"))) {
            LOG.log(System.Logger.Level.INFO, "updating {0} {1}", view.kind(), view.name());
            resource.update(JsonTrees.with(existing.get(), "spec", spec));
        }
    }
}
