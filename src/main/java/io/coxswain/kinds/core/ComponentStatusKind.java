package io.coxswain.kinds.core;

import io.coxswain.apiserver.health.ServerCheck;
import io.coxswain.apiserver.registry.ComputedKind;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** {@code v1 ComponentStatus}: how the parts of the control plane are; deprecated since 1.19. */
@ApplicationScoped
public class ComponentStatusKind extends ClusterKind implements ComputedKind {
    private final Iterable<ServerCheck> components;

    /** For CDI's proxies. */
    protected ComponentStatusKind() {
        this(List.of());
    }

    @Inject
    public ComponentStatusKind(@Any Instance<ServerCheck> components) {
        this((Iterable<ServerCheck>) components);
    }

    ComponentStatusKind(Iterable<ServerCheck> components) {
        super(ResourceNames.of("", "v1", "ComponentStatus", "componentstatuses").shortNames("cs"));
        this.components = components;
    }

    @Override
    public String deprecation() {
        return "v1 ComponentStatus is deprecated in v1.19+";
    }

    @Override
    public List<JsonObject> objects() {
        TreeMap<String, JsonObject> objects = new TreeMap<>();
        for (ServerCheck component : components) {
            objects.put(component.name(), object(component.name(), component.fault()));
        }
        return List.copyOf(objects.values());
    }

    private static JsonObject object(String name, Optional<String> fault) {
        return TreeEditor.create()
                .set("kind", "ComponentStatus")
                .set("apiVersion", "v1")
                .set("metadata", TreeEditor.create().set("name", name).build())
                .append(
                        "conditions",
                        TreeEditor.create()
                                .set("type", "Healthy")
                                .set("status", fault.isEmpty() ? "True" : "False")
                                .set("message", fault.orElse("ok"))
                                .build())
                .build();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Status"),
                TableColumn.text("Message"),
                TableColumn.text("Error"));
    }

    @Override
    public List<JsonValue> cells(ObjectView component, Instant now) {
        String status = "Unknown";
        String message = "";
        String error = "";
        for (ObjectView condition : component.items("conditions")) {
            if (condition.text("type").equals("Healthy")) {
                status = condition.text("status").equals("True") ? "Healthy" : "Unhealthy";
                message = condition.text("message");
                error = condition.text("error");
            }
        }
        return Cells.named(component, now)
                .text(status)
                .text(message)
                .text(error)
                .list();
    }
}
