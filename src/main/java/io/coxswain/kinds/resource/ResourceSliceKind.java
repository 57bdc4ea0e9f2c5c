package io.coxswain.kinds.resource;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code resource.k8s.io/v1 ResourceSlice}: devices that a driver offers, on one node or on several. */
@ApplicationScoped
public class ResourceSliceKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MOST_DEVICES = 128;

    public ResourceSliceKind() {
        super(ResourceNames.of("resource.k8s.io", "v1", "ResourceSlice", "resourceslices"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView slice) {
        Check check = new Check();
        ObjectView spec = new ObjectView(slice.object("spec"));
        check.nonEmpty(
                spec, SPEC, "driver", name -> check.invalid(SPEC.child("driver"), name, Names.dns1123Subdomain(name)));
        pool(check, new ObjectView(spec.object("pool")), SPEC.child("pool"));
        place(check, spec);
        int devices = spec.array("devices").size();
        if (devices > MOST_DEVICES) {
            check.add(FieldError.tooMany(SPEC.child("devices"), devices, MOST_DEVICES));
        }
        Set<String> names = new HashSet<>();
        check.each(spec, SPEC, "devices", (device, at) -> {
            check.nonEmpty(device, at, "name", name -> check.label(at.child("name"), name));
            String name = device.text("name");
            if (!name.isEmpty() && !names.add(name)) {
                check.duplicate(at.child("name"), name);
            }
        });
        return check.errors();
    }

    private static void pool(Check check, ObjectView pool, FieldPath path) {
        check.nonEmpty(pool, path, "name", name -> {
            for (String part : name.split("/", -1)) {
                check.invalid(path.child("name"), part, Names.dns1123Subdomain(part));
            }
        });
        check.nonNegative(pool, path, "generation");
        long slices = pool.number("resourceSliceCount").orElse(0L);
        if (slices <= 0) {
            check.invalid(path.child("resourceSliceCount"), slices, "must be greater than zero");
        }
    }

    private static void place(Check check, ObjectView spec) {
        List<String> set = new ArrayList<>();
        if (!spec.text("nodeName").isEmpty()) {
            set.add("`nodeName`");
            check.invalid(SPEC.child("nodeName"), spec.text("nodeName"), Names.dns1123Subdomain(spec.text("nodeName")));
        }
        if (spec.at("nodeSelector").isPresent()) {
            set.add("`nodeSelector`");
            check.in(spec, SPEC, "nodeSelector", (selector, at) -> PodSpecValidation.nodeSelector(check, selector, at));
        }
        if (spec.flag("allNodes").orElse(false)) {
            set.add("`allNodes`");
        }
        if (spec.flag("perDeviceNodeSelection").orElse(false)) {
            set.add("`perDeviceNodeSelection`");
        }
        String rule = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
        if (set.isEmpty()) {
            check.required(SPEC, rule);
        } else if (set.size() > 1) {
            check.invalid(SPEC, "{" + String.join(", ", set) + "}", rule);
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        for (String[] field : new String[][] {{"driver"}, {"pool", "name"}, {"nodeName"}}) {
            String name = field[field.length - 1];
            ObjectView after = new ObjectView(now.object("spec"));
            ObjectView before = new ObjectView(old.object("spec"));
            if (!after.text(field).equals(before.text(field))) {
                FieldPath path = field.length == 1
                        ? SPEC.child(name)
                        : SPEC.child(field[0]).child(name);
                check.invalid(path, after.text(field), Check.IMMUTABLE);
            }
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Node"),
                TableColumn.text("Driver"),
                TableColumn.text("Pool"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView slice, Instant now) {
        return Cells.named(slice, now)
                .text(slice.text("spec", "nodeName"))
                .text(slice.text("spec", "driver"))
                .text(slice.text("spec", "pool", "name"))
                .age()
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.nodeName", "spec.driver");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView slice) {
        return Map.of("spec.nodeName", slice.text("spec", "nodeName"), "spec.driver", slice.text("spec", "driver"));
    }
}
