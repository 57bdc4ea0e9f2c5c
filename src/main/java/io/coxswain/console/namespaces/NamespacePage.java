package io.coxswain.console.namespaces;

import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceType;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.EventRow;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** One namespace: quotas, limits, and what runs in it. Read-only, so it lives for a request. */
@Named("namespace")
@RequestScoped
public class NamespacePage {
    private static final int REFUSALS = 20;

    private final ConsoleSession session;
    private final List<String> forbidden = new ArrayList<>();
    private String name = "";
    private List<Quota> quotas = List.of();
    private List<LimitRow> limits = List.of();
    private List<Workload> workloads = List.of();
    private List<PodRow> pods = List.of();
    private List<ServiceRow> services = List.of();
    private List<EventRow> warnings = List.of();

    /** A deployment in short. */
    public record Workload(String name, long ready, long wanted) {}

    /** A service in short. */
    public record ServiceRow(String name, String type, String address, String ports) {}

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NamespacePage() {
        this.session = null;
    }

    @Inject
    public NamespacePage(ConsoleSession session) {
        this.session = session;
    }

    /** @throws ApiException 404 if there is no such namespace, or none that the user may look into */
    public void load() {
        name = session.parameter("name");
        if (!session.namespaces().contains(name)) {
            throw ApiException.notFound(new GroupResource("", "namespaces"), name);
        }
        quotas = list(Resources.QUOTAS).stream().map(Quota::of).toList();
        limits = list(Resources.LIMITS).stream()
                .flatMap(range -> LimitRow.of(range).stream())
                .toList();
        workloads = list(Resources.DEPLOYMENTS).stream()
                .map(each -> new Workload(
                        each.name(),
                        each.number("status", "readyReplicas").orElse(0L),
                        each.number("spec", "replicas").orElse(1L)))
                .toList();
        pods = list(Resources.PODS).stream().map(PodRow::of).toList();
        services = list(Resources.SERVICES).stream().map(NamespacePage::service).toList();
        warnings = EventRow.newest(list(Resources.EVENTS, ListOptions.fields("type=Warning")), REFUSALS);
    }

    private static ServiceRow service(ObjectView service) {
        List<String> ports = service.items("spec", "ports").stream()
                .map(port -> port.number("port").orElse(0L)
                        + port.number("nodePort").map(node -> ":" + node).orElse("") + "/" + port.text("protocol"))
                .toList();
        return new ServiceRow(
                service.name(),
                service.text("spec", "type"),
                service.text("spec", "clusterIP"),
                String.join(", ", ports));
    }

    private List<ObjectView> list(ResourceType<JsonObject> type) {
        return list(type, ListOptions.ALL);
    }

    private List<ObjectView> list(ResourceType<JsonObject> type, ListOptions options) {
        if (session.permissions().may("list", type, name).denied()) {
            forbidden.add(type.gvr().groupResource().toString());
            return List.of();
        }
        return session.list(type, name, options);
    }

    public String getName() {
        return name;
    }

    public List<Quota> getQuotas() {
        return quotas;
    }

    public List<LimitRow> getLimits() {
        return limits;
    }

    public List<Workload> getWorkloads() {
        return workloads;
    }

    public List<PodRow> getPods() {
        return pods;
    }

    public List<ServiceRow> getServices() {
        return services;
    }

    public List<EventRow> getWarnings() {
        return warnings;
    }

    /** What the user may not list here, so that an empty section is not taken for an empty namespace. */
    public String getForbidden() {
        return String.join(", ", forbidden);
    }
}
