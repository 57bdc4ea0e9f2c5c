package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code v1 Node}. */
@ApplicationScoped
public class NodeKind extends ClusterKind {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
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
            editor.editOrCreate("spec", spec -> {
                String range = spec.text("podCIDR");
                if (!range.isEmpty() && spec.array("podCIDRs").isEmpty()) {
                    spec.set("podCIDRs", JsonTrees.texts(List.of(range)));
                } else if (range.isEmpty()
                        && !spec.array("podCIDRs").isEmpty()
                        && spec.array("podCIDRs").get(0) instanceof JsonString first) {
                    spec.set("podCIDR", first);
                }
            });
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
    public List<FieldError> validate(ObjectView node) {
        Check check = new Check();
        FieldPath path = FieldPath.of("spec");
        Set<String> taints = new HashSet<>();
        check.each(new ObjectView(node.object("spec")), path, "taints", (taint, at) -> {
            check.qualifiedName(at.child("key"), taint.text("key"));
            String value = taint.text("value");
            List<String> faults = LabelRules.labelValue(value);
            if (!faults.isEmpty()) {
                check.invalid(at.child("value"), value, String.join(";", faults));
            }
            check.oneOf(taint, at, "effect", EFFECTS);
            if (!taints.add(taint.text("key") + " " + taint.text("effect"))) {
                check.add(new FieldError(
                        FieldError.Type.DUPLICATE,
                        at.toString(),
                        taint.json().toString(),
                        "taints must be unique by key and effect pair"));
            }
        });
        List<String> ranges = node.strings("spec", "podCIDRs");
        for (int i = 0; i < ranges.size(); i++) {
            if (!Cidr.isValid(ranges.get(i))) {
                check.invalid(
                        path.child("podCIDRs").index(i),
                        ranges.get(i),
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
        Set<JsonValue> addresses = new HashSet<>();
        check.each(new ObjectView(node.object("status")), FieldPath.of("status"), "addresses", (address, at) -> {
            if (!addresses.add(address.json())) {
                check.duplicate(at, address.json());
            }
        });
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        FieldPath path = FieldPath.of("spec");
        if (!old.array("spec", "podCIDRs").isEmpty()
                && !old.array("spec", "podCIDRs").equals(now.array("spec", "podCIDRs"))) {
            check.forbidden(path.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        String provider = old.text("spec", "providerID");
        if (!provider.isEmpty() && !provider.equals(now.text("spec", "providerID"))) {
            check.forbidden(
                    path.child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
        return check.errors();
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
