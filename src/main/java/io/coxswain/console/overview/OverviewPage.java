package io.coxswain.console.overview;

import io.coxswain.client.ListOptions;
import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.EventRow;
import io.coxswain.console.shell.Level;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.console.shell.Usage;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The state of the cluster, or of the part of it that the user may see, on one page. */
@Named("overview")
@RequestScoped
@ConsolePage(path = "overview", icon = "pi-home", group = ConsolePage.Group.CLUSTER, order = 0)
public class OverviewPage {
    private static final int WARNINGS = 12;

    private final ConsoleSession session;
    private @Nullable Summary summary;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected OverviewPage() {
        this.session = null;
    }

    @Inject
    public OverviewPage(ConsoleSession session) {
        this.session = session;
    }

    /** Counts of things that are well, out of all. */
    public record Count(long ready, long total) {
        public Level level() {
            return total == 0 ? Level.OFF : ready == total ? Level.GOOD : ready == 0 ? Level.BAD : Level.BUSY;
        }
    }

    /** A node with what its pods ask for, against what it has. */
    public record NodeUse(String name, boolean ready, boolean cordoned, Usage pods, Usage cpu, Usage memory) {}

    /** Everything on the page. {@code nodesVisible} is false for users who may not list nodes. */
    public record Summary(
            boolean nodesVisible,
            List<NodeUse> nodes,
            Count nodeCount,
            Count deployments,
            Count pods,
            int namespaces,
            List<EventRow> warnings) {
        public Summary {
            nodes = List.copyOf(nodes);
            warnings = List.copyOf(warnings);
        }
    }

    /** Read once a request. */
    public Summary getSummary() {
        Summary known = summary;
        if (known == null) {
            known = read();
            summary = known;
        }
        return known;
    }

    private Summary read() {
        List<ObjectView> pods = session.list(Resources.PODS, "");
        boolean nodesVisible =
                session.permissions().may("list", Resources.NODES, "").allowed();
        List<NodeUse> nodes = nodesVisible ? nodes(pods) : List.of();
        List<ObjectView> deployments = session.list(Resources.DEPLOYMENTS, "");
        List<PodRow> rows = pods.stream().map(PodRow::of).toList();
        return new Summary(
                nodesVisible,
                nodes,
                new Count(nodes.stream().filter(NodeUse::ready).count(), nodes.size()),
                new Count(deployments.stream().filter(OverviewPage::isAvailable).count(), deployments.size()),
                new Count(
                        rows.stream().filter(row -> row.level() == Level.GOOD).count(),
                        rows.stream().filter(row -> row.level() != Level.OFF).count()),
                session.namespaces().size(),
                EventRow.newest(session.list(Resources.EVENTS, "", ListOptions.fields("type=Warning")), WARNINGS));
    }

    private List<NodeUse> nodes(List<ObjectView> pods) {
        Map<String, List<ObjectView>> byNode = pods.stream()
                .filter(pod -> !List.of("Succeeded", "Failed").contains(pod.text("status", "phase")))
                .collect(Collectors.groupingBy(pod -> pod.text("spec", "nodeName")));
        return session.list(Resources.NODES, "").stream()
                .map(node -> use(node, byNode.getOrDefault(node.name(), List.of())))
                .toList();
    }

    private static NodeUse use(ObjectView node, List<ObjectView> pods) {
        return new NodeUse(
                node.name(),
                hasCondition(node, "Ready"),
                node.flag("spec", "unschedulable").orElse(false),
                Usage.of("pods", Integer.toString(pods.size()), node.text("status", "allocatable", "pods")),
                Usage.of(
                        "cpu",
                        Usage.sum(pods, "requests", "cpu"),
                        Usage.parse(node.text("status", "allocatable", "cpu"))),
                Usage.of(
                        "memory",
                        Usage.sum(pods, "requests", "memory"),
                        Usage.parse(node.text("status", "allocatable", "memory"))));
    }

    private static boolean isAvailable(ObjectView deployment) {
        long wanted = deployment.number("spec", "replicas").orElse(1L);
        return deployment.number("status", "availableReplicas").orElse(0L) >= wanted
                && deployment.number("status", "updatedReplicas").orElse(0L) >= wanted;
    }

    private static boolean hasCondition(ObjectView object, String type) {
        return object.items("status", "conditions").stream()
                .anyMatch(each ->
                        each.text("type").equals(type) && each.text("status").equals("True"));
    }
}
