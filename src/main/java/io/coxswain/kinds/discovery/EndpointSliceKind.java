package io.coxswain.kinds.discovery;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code discovery.k8s.io/v1 EndpointSlice}. */
@ApplicationScoped
public class EndpointSliceKind extends NamespacedKind {
    private static final int SHOWN = 3;
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final String UNSET = "<unset>";

    public EndpointSliceKind() {
        super(ResourceNames.of("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject slice) {
        return TreeEditor.edit(
                slice,
                editor -> editor.editItems(
                        "ports", port -> port.setDefault("name", "").setDefault("protocol", "TCP")));
    }

    @Override
    public List<FieldError> validate(ObjectView slice) {
        Check check = new Check();
        FieldPath root = FieldPath.of("addressType");
        String type = slice.text("addressType");
        if (type.isEmpty()) {
            check.required(root);
        } else {
            check.supported(root, type, TYPES);
        }
        int endpoints = slice.array("endpoints").size();
        if (endpoints > MAX_ENDPOINTS) {
            check.add(FieldError.tooMany(FieldPath.of("endpoints"), endpoints, MAX_ENDPOINTS));
            return check.errors();
        }
        int i = 0;
        for (ObjectView endpoint : slice.items("endpoints")) {
            endpoint(check, endpoint, type, FieldPath.of("endpoints").index(i++));
        }
        ports(check, slice);
        return check.errors();
    }

    private static void endpoint(Check check, ObjectView endpoint, String type, FieldPath path) {
        List<String> addresses = endpoint.strings("addresses");
        FieldPath list = path.child("addresses");
        if (addresses.isEmpty()) {
            check.required(list, "must contain at least 1 address");
        } else if (addresses.size() > MAX_ADDRESSES) {
            check.add(FieldError.tooMany(list, addresses.size(), MAX_ADDRESSES));
        }
        for (int i = 0; i < addresses.size(); i++) {
            address(check, addresses.get(i), type, list.index(i));
        }
        String host = endpoint.text("hostname");
        if (!host.isEmpty()) {
            check.label(path.child("hostname"), host);
        }
        String node = endpoint.text("nodeName");
        if (!node.isEmpty()) {
            check.subdomain(path.child("nodeName"), node);
        }
    }

    private static void address(Check check, String address, String type, FieldPath path) {
        switch (type) {
            case "IPv4" -> {
                if (!IpAddresses.isV4(address)) {
                    check.invalid(path, address, "must be an IPv4 address");
                }
            }
            case "IPv6" -> {
                if (!IpAddresses.isV6(address)) {
                    check.invalid(path, address, "must be an IPv6 address");
                }
            }
            default -> check.subdomain(path, address);
        }
        String special = type.equals("FQDN") ? "" : IpAddresses.specialRange(address);
        if (!special.isEmpty()) {
            check.invalid(path, address, special);
        }
    }

    private static void ports(Check check, ObjectView slice) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectView port : slice.items("ports")) {
            FieldPath path = FieldPath.of("ports").index(i++);
            String name = port.text("name");
            if (!names.add(name)) {
                check.duplicate(path.child("name"), name);
            }
            if (!name.isEmpty()) {
                check.label(path.child("name"), name);
            }
            check.oneOf(port, path, "protocol", Check.PROTOCOLS);
            port.number("port").ifPresent(number -> check.portNumber(path.child("port"), number));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        String type = now.text("addressType");
        return type.equals(old.text("addressType"))
                ? List.of()
                : List.of(FieldError.invalid(FieldPath.of("addressType"), type, Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("AddressType"),
                TableColumn.text("Ports"),
                TableColumn.text("Endpoints"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView slice, Instant now) {
        List<String> ports = slice.items("ports").stream()
                .map(port -> port.number("port")
                        .map(String::valueOf)
                        .orElse(port.text("name").isEmpty() ? "*" : port.text("name")))
                .toList();
        List<String> addresses = new ArrayList<>();
        slice.items("endpoints").forEach(endpoint -> addresses.addAll(endpoint.strings("addresses")));
        return Cells.named(slice, now)
                .text(slice.text("addressType"))
                .text(ports.isEmpty() ? UNSET : Cells.some(ports, SHOWN))
                .text(slice.array("endpoints").isEmpty() ? UNSET : Cells.some(addresses, SHOWN))
                .age()
                .list();
    }
}
