package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.IpAddresses;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code v1 Endpoints}, deprecated since 1.33 in favour of EndpointSlice. */
@ApplicationScoped
public class EndpointsKind extends NamespacedKind {
    private static final int SHOWN = 3;

    public EndpointsKind() {
        super(ResourceNames.of("", "v1", "Endpoints", "endpoints").shortNames("ep"));
    }

    @Override
    public String deprecation() {
        return "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
    }

    @Override
    public JsonObject defaults(JsonObject endpoints) {
        return TreeEditor.edit(
                endpoints,
                editor -> editor.editItems(
                        "subsets", subset -> subset.editItems("ports", port -> port.setDefault("protocol", "TCP"))));
    }

    @Override
    public List<FieldError> validate(ObjectView endpoints) {
        Check check = new Check();
        int i = 0;
        for (ObjectView subset : endpoints.items("subsets")) {
            subset(check, subset, FieldPath.of("subsets").index(i++));
        }
        return check.errors();
    }

    private static void subset(Check check, ObjectView subset, FieldPath path) {
        if (subset.array("addresses").isEmpty()
                && subset.array("notReadyAddresses").isEmpty()) {
            check.required(path, "must specify `addresses` or `notReadyAddresses`");
        }
        for (String list : new String[] {"addresses", "notReadyAddresses"}) {
            check.each(subset, path, list, (address, at) -> {
                String ip = address.text("ip");
                check.ip(at.child("ip"), ip);
                String special = IpAddresses.specialRange(ip);
                if (!special.isEmpty()) {
                    check.invalid(at.child("ip"), ip, special);
                }
                String host = address.text("hostname");
                if (!host.isEmpty()) {
                    check.label(at.child("hostname"), host);
                }
            });
        }
        boolean several = subset.array("ports").size() > 1;
        check.each(subset, path, "ports", (port, at) -> {
            String name = port.text("name");
            if (!name.isEmpty()) {
                check.label(at.child("name"), name);
            } else if (several) {
                check.required(at.child("name"));
            }
            check.portNumber(at.child("port"), port.number("port").orElse(0L));
            check.oneOf(port, at, "protocol", Check.PROTOCOLS);
        });
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Endpoints"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView endpoints, Instant now) {
        return Cells.named(endpoints, now).text(addresses(endpoints)).age().list();
    }

    private static String addresses(ObjectView endpoints) {
        List<ObjectView> subsets = endpoints.items("subsets");
        if (subsets.isEmpty()) {
            return Cells.NONE;
        }
        List<String> all = new ArrayList<>();
        for (ObjectView subset : subsets) {
            List<ObjectView> ports = subset.items("ports");
            if (ports.isEmpty()) {
                subset.items("addresses").forEach(address -> all.add(address.text("ip")));
            }
            for (ObjectView port : ports) {
                for (ObjectView address : subset.items("addresses")) {
                    String ip = address.text("ip");
                    all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":"
                            + port.number("port").orElse(0L));
                }
            }
        }
        return Cells.some(all, SHOWN);
    }
}
