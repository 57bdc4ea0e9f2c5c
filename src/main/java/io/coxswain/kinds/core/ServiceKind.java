package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code v1 Service}. Cluster addresses and node ports are given out at admission, not here. */
@ApplicationScoped
public class ServiceKind extends NamespacedKind {
    private static final long AFFINITY_SECONDS = 10800;

    public ServiceKind() {
        super(ResourceNames.of("", "v1", "Service", "services")
                .shortNames("svc")
                .categories("all"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.dns1035Label(name, prefix);
    }

    @Override
    public JsonObject defaults(JsonObject service) {
        return TreeEditor.edit(service, editor -> {
            editor.editField("spec", ServiceKind::specDefaults);
            editor.editOrCreate(
                    "status",
                    status -> status.editOrCreate(
                            "loadBalancer",
                            balancer -> balancer.editItems("ingress", ingress -> {
                                if (!ingress.text("ip").isEmpty()) {
                                    ingress.setDefault("ipMode", "VIP");
                                }
                            })));
        });
    }

    private static void specDefaults(TreeEditor spec) {
        spec.setDefault("sessionAffinity", "None").setDefault("type", "ClusterIP");
        if (spec.text("sessionAffinity").equals("None")) {
            spec.remove("sessionAffinityConfig");
        } else if (spec.text("sessionAffinity").equals("ClientIP")) {
            spec.editOrCreate(
                    "sessionAffinityConfig",
                    config -> config.editOrCreate(
                            "clientIP", client -> client.setDefault("timeoutSeconds", AFFINITY_SECONDS)));
        }
        spec.editItems("ports", port -> {
            port.setDefault("protocol", "TCP");
            JsonValue target = port.get("targetPort").orElse(null);
            boolean none = target == null
                    || target.toString().equals("0")
                    || (target instanceof JsonString text && text.getString().isEmpty());
            if (none) {
                port.get("port").ifPresent(number -> port.set("targetPort", number));
            }
        });
        String type = spec.text("type");
        boolean loadBalancer = type.equals("LoadBalancer");
        if (ServiceRules.isExternallyAccessible(new ObjectView(spec.build()))) {
            spec.setDefault("externalTrafficPolicy", "Cluster");
        }
        String address = spec.text("clusterIP");
        if (!address.isEmpty() && spec.array("clusterIPs").isEmpty()) {
            spec.set("clusterIPs", JsonTrees.texts(List.of(address)));
        }
        if (!type.equals("ExternalName")) {
            spec.setDefault("internalTrafficPolicy", "Cluster");
            families(spec);
        }
        if (loadBalancer) {
            spec.setDefault("allocateLoadBalancerNodePorts", true);
        }
    }

    /** A headless service without selector may have endpoints of any family, whatever the cluster has. */
    private static void families(TreeEditor spec) {
        boolean any = spec.text("clusterIP").equals(ServiceRules.HEADLESS)
                && new ObjectView(spec.build()).object("selector").isEmpty();
        spec.setDefault("ipFamilyPolicy", any ? "RequireDualStack" : "SingleStack");
        List<String> families = new ArrayList<>(new ObjectView(spec.build()).strings("ipFamilies"));
        if (families.isEmpty()) {
            families.add("IPv4");
        }
        if (any && families.size() == 1 && !spec.text("ipFamilyPolicy").equals("SingleStack")) {
            families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
        }
        spec.set("ipFamilies", JsonTrees.texts(families));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject service) {
        return TreeEditor.edit(
                service,
                editor -> editor.set(
                        "status",
                        TreeEditor.create()
                                .set("loadBalancer", JsonValue.EMPTY_JSON_OBJECT)
                                .build()));
    }

    @Override
    public JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        return new ServiceUpdate(now, old).result();
    }

    @Override
    public List<FieldError> validate(ObjectView service) {
        return new ServiceRules(service).check().errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return ServiceRules.changes(now, old).errors();
    }

    @Override
    public List<String> warnings(ObjectView service) {
        return service.text("spec", "type").equals("ExternalName")
                        && !service.array("spec", "externalIPs").isEmpty()
                ? List.of("spec.externalIPs is ignored when spec.type is \"ExternalName\"")
                : List.of();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Type"),
                TableColumn.text("Cluster-IP"),
                TableColumn.text("External-IP"),
                TableColumn.text("Port(s)"),
                TableColumn.text("Age"),
                TableColumn.text("Selector").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView service, Instant now) {
        List<String> clusterIps = service.strings("spec", "clusterIPs");
        return Cells.named(service, now)
                .text(service.text("spec", "type"))
                .textOrNone(clusterIps.isEmpty() ? service.text("spec", "clusterIP") : clusterIps.get(0))
                .textOrNone(externalAddress(service))
                .textOrNone(ports(service))
                .age()
                .text(Cells.labels(service.texts("spec", "selector")))
                .list();
    }

    private static String externalAddress(ObjectView service) {
        List<String> external = service.strings("spec", "externalIPs");
        return switch (service.text("spec", "type")) {
            case "ExternalName" -> service.text("spec", "externalName");
            case "LoadBalancer" -> {
                Set<String> balanced = new TreeSet<>();
                for (ObjectView ingress : service.items("status", "loadBalancer", "ingress")) {
                    String ip = ingress.text("ip");
                    balanced.add(ip.isEmpty() ? ingress.text("hostname") : ip);
                }
                balanced.remove("");
                List<String> all = new ArrayList<>(balanced);
                all.addAll(external);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            default -> String.join(",", external);
        };
    }

    private static String ports(ObjectView service) {
        List<String> ports = new ArrayList<>();
        for (ObjectView port : service.items("spec", "ports")) {
            long nodePort = port.number("nodePort").orElse(0L);
            ports.add(port.number("port").orElse(0L)
                    + (nodePort > 0 ? ":" + nodePort : "")
                    + "/"
                    + port.text("protocol"));
        }
        return String.join(",", ports);
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.clusterIP", "spec.type");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView service) {
        return Map.of("spec.clusterIP", service.text("spec", "clusterIP"), "spec.type", service.text("spec", "type"));
    }
}
