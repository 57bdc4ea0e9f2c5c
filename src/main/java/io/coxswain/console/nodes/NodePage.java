package io.coxswain.console.nodes;

import io.coxswain.client.ListOptions;
import io.coxswain.console.shell.Condition;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.EventRow;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.console.shell.Usage;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node: what it is, what its pods ask of it, its conditions and events. Read-only, so it lives for a request. */
@Named("node")
@RequestScoped
public class NodePage {
    private static final int EVENTS = 20;

    private final ConsoleSession session;
    private String name = "";
    private @Nullable Shown shown;

    /** What the page shows of the node. */
    public record Shown(
            NodeRow row,
            List<Usage> requested,
            List<Usage> limits,
            List<Condition> conditions,
            List<PodRow> pods,
            List<EventRow> events) {
        public Shown {
            requested = List.copyOf(requested);
            limits = List.copyOf(limits);
            conditions = List.copyOf(conditions);
            pods = List.copyOf(pods);
            events = List.copyOf(events);
        }
    }

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NodePage() {
        this.session = null;
    }

    @Inject
    public NodePage(ConsoleSession session) {
        this.session = session;
    }

    /** @throws ApiException 404 if there is no such node */
    public void load() {
        name = session.parameter("name");
        ObjectView node = new ObjectView(session.resource(Resources.NODES).get("", name));
        List<ObjectView> pods = session.list(Resources.PODS, "", ListOptions.fields("spec.nodeName=" + name));
        List<ObjectView> active = pods.stream()
                .filter(pod -> !List.of("Succeeded", "Failed").contains(pod.text("status", "phase")))
                .toList();
        List<Usage> requested = new ArrayList<>();
        requested.add(Usage.of("pods", Integer.toString(active.size()), node.text("status", "allocatable", "pods")));
        List<Usage> limits = new ArrayList<>();
        for (String resource : List.of("cpu", "memory")) {
            Quantity whole = Usage.parse(node.text("status", "allocatable", resource));
            requested.add(Usage.of(resource, Usage.sum(active, "requests", resource), whole));
            limits.add(Usage.of(resource, Usage.sum(active, "limits", resource), whole));
        }
        shown = new Shown(
                NodeRow.of(node),
                requested,
                limits,
                Condition.of(node),
                pods.stream().map(PodRow::of).toList(),
                EventRow.newest(
                        session.list(
                                Resources.EVENTS,
                                "",
                                ListOptions.fields("involvedObject.kind=Node,involvedObject.name=" + name)),
                        EVENTS));
    }

    public String getName() {
        return name;
    }

    public @Nullable Shown getShown() {
        return shown;
    }
}
