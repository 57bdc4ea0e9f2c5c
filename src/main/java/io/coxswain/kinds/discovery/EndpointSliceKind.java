package io.coxswain.kinds.discovery;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code discovery.k8s.io/v1 EndpointSlice}. */
@ApplicationScoped
public class EndpointSliceKind extends NamespacedKind {
    private static final int SHOWN = 3;
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
