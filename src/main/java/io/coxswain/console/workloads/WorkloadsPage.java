package io.coxswain.console.workloads;

import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.console.shell.Resources;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/** The list of deployments. */
@Named("workloads")
@ViewScoped
@ConsolePage(path = "workloads", icon = "pi-clone", group = ConsolePage.Group.RUNNING, order = 10, details = "workload")
public class WorkloadsPage implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ConsoleSession session;
    private final NamespaceChoice choice;
    private String namespace = "";
    private List<DeploymentRow> rows = List.of();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected WorkloadsPage() {
        this(null, null);
    }

    @Inject
    public WorkloadsPage(ConsoleSession session, NamespaceChoice choice) {
        this.session = session;
        this.choice = choice;
    }

    /** Reads what the request asks for. */
    public void load() {
        namespace = choice.from(session);
        refresh();
    }

    public void refresh() {
        rows = session.list(Resources.DEPLOYMENTS, namespace).stream()
                .map(DeploymentRow::of)
                .sorted(Comparator.comparing(DeploymentRow::namespace).thenComparing(DeploymentRow::name))
                .toList();
    }

    public List<DeploymentRow> getRows() {
        return rows;
    }

    public String getNamespace() {
        return namespace;
    }
}
