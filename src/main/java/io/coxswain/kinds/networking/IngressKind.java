package io.coxswain.kinds.networking;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.IpAddresses;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code networking.k8s.io/v1 Ingress}. */
@ApplicationScoped
public class IngressKind extends NamespacedKind implements NotYetEffective {
    private static final int MAX_SHOWN_ADDRESS = 16;

    public IngressKind() {
        super(ResourceNames.of("networking.k8s.io", "v1", "Ingress", "ingresses")
                .shortNames("ing"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject ingress) {
        return TreeEditor.edit(
                ingress,
                editor -> editor.editOrCreate("status", status -> status.editOrCreate("loadBalancer", balancer -> {})));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject ingress) {
        return defaults(JsonTrees.set(ingress, JsonValue.EMPTY_JSON_OBJECT, "status"));
    }

    @Override
    public List<FieldError> validate(ObjectView ingress) {
        Check check = new Check();
        new IngressRules(check).spec(ingress);
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        FieldPath path = FieldPath.of("status", "loadBalancer");
        check.each(new ObjectView(now.object("status", "loadBalancer")), path, "ingress", (point, at) -> {
            String ip = point.text("ip");
            if (!ip.isEmpty()) {
                check.ip(at.child("ip"), ip);
            }
            String host = point.text("hostname");
            if (!host.isEmpty()) {
                check.subdomain(at.child("hostname"), host);
                if (IpAddresses.isValid(host)) {
                    check.invalid(at.child("hostname"), host, "must be a DNS name, not an IP address");
                }
            }
        });
        return check.errors();
    }

    @Override
    public List<String> warnings(ObjectView ingress) {
        List<String> warnings = new ArrayList<>(NotYetEffective.super.warnings(ingress));
        if (ingress.annotations().containsKey(IngressRules.CLASS_ANNOTATION)) {
            warnings.add("annotation \"" + IngressRules.CLASS_ANNOTATION
                    + "\" is deprecated, please use 'spec.ingressClassName' instead");
        }
        return warnings;
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Class"),
                TableColumn.text("Hosts"),
                TableColumn.text("Address"),
                TableColumn.text("Ports"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView ingress, Instant now) {
        return Cells.named(ingress, now)
                .textOrNone(ingress.text("spec", "ingressClassName"))
                .text(hosts(ingress))
                .text(address(ingress))
                .text(ingress.array("spec", "tls").isEmpty() ? "80" : "80, 443")
                .age()
                .list();
    }

    private static String hosts(ObjectView ingress) {
        List<String> hosts = new ArrayList<>();
        for (ObjectView rule : ingress.items("spec", "rules")) {
            if (!rule.text("host").isEmpty()) {
                hosts.add(rule.text("host"));
            }
        }
        return hosts.isEmpty() ? "*" : Cells.some(hosts, 3);
    }

    /** All addresses, shortened as upstream does where there is not the room. */
    private static String address(ObjectView ingress) {
        Set<String> addresses = new TreeSet<>();
        for (ObjectView point : ingress.items("status", "loadBalancer", "ingress")) {
            addresses.add(point.text("ip").isEmpty() ? point.text("hostname") : point.text("ip"));
        }
        addresses.remove("");
        String all = String.join(",", addresses);
        return addresses.size() > 1 && all.length() > 4 * MAX_SHOWN_ADDRESS
                ? all.substring(0, 4 * MAX_SHOWN_ADDRESS - 3) + "..."
                : all;
    }
}
