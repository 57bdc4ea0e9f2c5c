package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code v1 Node}. */
@ApplicationScoped
public class NodeKind extends ClusterKind {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";

    public NodeKind() {
        super(ResourceNames.of("", "v1", "Node", "nodes").shortNames("no"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject node) {
        return TreeEditor.edit(node, editor -> {
            editor.editOrCreate("spec", spec -> {});
            editor.editField("status", status -> {
                if (!status.object("capacity").isEmpty()) {
                    status.setDefault("allocatable", status.object("capacity"));
                }
            });
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject node) {
        return node; // a node agent registers itself with its status in one request
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Status"),
                TableColumn.text("Roles"),
                TableColumn.text("Age"),
                TableColumn.text("Version"),
                TableColumn.text("Internal-IP").wide(),
                TableColumn.text("External-IP").wide(),
                TableColumn.text("OS-Image").wide(),
                TableColumn.text("Kernel-Version").wide(),
                TableColumn.text("Container-Runtime").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView node, Instant now) {
        return Cells.named(node, now)
                .text(status(node))
                .textOrNone(String.join(",", roles(node)))
                .age()
                .text(node.text("status", "nodeInfo", "kubeletVersion"))
                .textOrNone(address(node, "InternalIP"))
                .textOrNone(address(node, "ExternalIP"))
                .text(orUnknown(node.text("status", "nodeInfo", "osImage")))
                .text(orUnknown(node.text("status", "nodeInfo", "kernelVersion")))
                .text(orUnknown(node.text("status", "nodeInfo", "containerRuntimeVersion")))
                .list();
    }

    private static String status(ObjectView node) {
        List<String> words = new ArrayList<>();
        for (ObjectView condition : node.items("status", "conditions")) {
            if (condition.text("type").equals("Ready")) {
                words.add(condition.text("status").equals("True") ? "Ready" : "NotReady");
            }
        }
        if (words.isEmpty()) {
            words.add("Unknown");
        }
        if (node.flag("spec", "unschedulable").orElse(false)) {
            words.add("SchedulingDisabled");
        }
        return String.join(",", words);
    }

    private static Set<String> roles(ObjectView node) {
        Set<String> roles = new TreeSet<>();
        node.labels().forEach((key, value) -> {
            if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
            } else if (key.equals(ROLE_LABEL) && !value.isEmpty()) {
                roles.add(value);
            }
        });
        return roles;
    }

    private static String address(ObjectView node, String type) {
        return node.items("status", "addresses").stream()
                .filter(each -> each.text("type").equals(type))
                .map(each -> each.text("address"))
                .findFirst()
                .orElse("");
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? Cells.UNKNOWN : text;
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.unschedulable");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView node) {
        return Map.of(
                "spec.unschedulable",
                Boolean.toString(node.flag("spec", "unschedulable").orElse(false)));
    }
}
