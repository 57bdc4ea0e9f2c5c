package io.coxswain.kinds.networking;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.IpAddresses;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code networking.k8s.io/v1 IPAddress}: one address of a service, taken. Its name is the address. */
@ApplicationScoped
public class IpAddressKind extends ClusterKind {
    private static final FieldPath PARENT = FieldPath.of("spec", "parentRef");

    public IpAddressKind() {
        super(ResourceNames.of("networking.k8s.io", "v1", "IPAddress", "ipaddresses")
                .shortNames("ip"));
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        if (!IpAddresses.isValid(name)) {
            return List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
        return IpAddresses.isCanonical(name) ? List.of() : List.of("must be a canonical form IP address");
    }

    @Override
    public List<FieldError> validate(ObjectView address) {
        Check check = new Check();
        if (address.at("spec", "parentRef").isEmpty()) {
            check.required(PARENT);
            return check.errors();
        }
        ObjectView parent = new ObjectView(address.object("spec", "parentRef"));
        String group = parent.text("group");
        if (!group.isEmpty()) {
            check.subdomain(PARENT.child("group"), group);
        }
        check.nonEmpty(
                parent,
                PARENT,
                "resource",
                name -> check.invalid(PARENT.child("resource"), name, Names.pathSegment(name)));
        check.nonEmpty(
                parent, PARENT, "name", name -> check.invalid(PARENT.child("name"), name, Names.pathSegment(name)));
        String namespace = parent.text("namespace");
        if (!namespace.isEmpty()) {
            check.invalid(PARENT.child("namespace"), namespace, Names.pathSegment(namespace));
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return now.object("spec", "parentRef").equals(old.object("spec", "parentRef"))
                ? List.of()
                : List.of(FieldError.invalid(PARENT, now.object("spec", "parentRef"), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("ParentRef"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView address, Instant now) {
        ObjectView parent = new ObjectView(address.object("spec", "parentRef"));
        String group = parent.text("group");
        List<String> parts = new ArrayList<>();
        parts.add(parent.text("resource") + (group.isEmpty() ? "" : "." + group));
        parts.add(parent.text("namespace"));
        parts.add(parent.text("name"));
        parts.removeIf(String::isEmpty);
        return Cells.named(address, now)
                .textOrNone(String.join("/", parts))
                .age()
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of(
                "spec.parentRef.group", "spec.parentRef.resource", "spec.parentRef.namespace", "spec.parentRef.name");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView address) {
        Map<String, String> values = new HashMap<>();
        for (String part : new String[] {"group", "resource", "namespace", "name"}) {
            values.put("spec.parentRef." + part, address.text("spec", "parentRef", part));
        }
        return values;
    }
}
