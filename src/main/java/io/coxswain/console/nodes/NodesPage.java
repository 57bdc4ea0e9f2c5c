package io.coxswain.console.nodes;

import io.coxswain.client.PatchType;
import io.coxswain.client.WriteOptions;
import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.JsonTrees;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.JsonValue;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/** The list of nodes; cordon and uncordon. */
@Named("nodes")
@ViewScoped
@ConsolePage(path = "nodes", icon = "pi-server", group = ConsolePage.Group.CLUSTER, order = 20, details = "node")
public class NodesPage implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ConsoleSession session;
    private List<NodeRow> rows = List.of();
    private Permit mayList = Permit.YES;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NodesPage() {
        this.session = null;
    }

    @Inject
    public NodesPage(ConsoleSession session) {
        this.session = session;
    }

    public void load() {
        mayList = session.permissions().may("list", Resources.NODES, "");
        if (mayList.allowed()) {
            rows = session.list(Resources.NODES, "").stream()
                    .map(NodeRow::of)
                    .sorted(Comparator.comparing(NodeRow::name))
                    .toList();
        }
    }

    public List<NodeRow> getRows() {
        return rows;
    }

    /** Why the list is empty for users who may not see nodes. */
    public Permit getMayList() {
        return mayList;
    }

    public Permit mayCordon(NodeRow row) {
        return session.permissions().may("patch", Resources.NODES, "", "", row.name());
    }

    /** Lets a node take new pods, or no more. */
    public void cordon(NodeRow row, boolean cordoned) {
        session.resource(Resources.NODES)
                .patch(
                        "",
                        row.name(),
                        PatchType.STRATEGIC,
                        JsonTrees.set(JsonValue.EMPTY_JSON_OBJECT, JsonTrees.flag(cordoned), "spec", "unschedulable"),
                        "",
                        WriteOptions.DEFAULT);
        session.notices().done(session.text(cordoned ? "nodes.cordon.done" : "nodes.uncordon.done", row.name()));
        load();
    }
}
