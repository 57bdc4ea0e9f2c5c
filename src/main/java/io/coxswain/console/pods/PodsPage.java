package io.coxswain.console.pods;

import io.coxswain.client.DeleteOptions;
import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/** The list of pods. */
@Named("pods")
@ViewScoped
@ConsolePage(path = "pods", icon = "pi-box", group = ConsolePage.Group.RUNNING, order = 20, details = "pod")
public class PodsPage implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ConsoleSession session;
    private final NamespaceChoice choice;
    private String namespace = "";
    private List<PodRow> rows = List.of();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PodsPage() {
        this(null, null);
    }

    @Inject
    public PodsPage(ConsoleSession session, NamespaceChoice choice) {
        this.session = session;
        this.choice = choice;
    }

    /** Reads what the request asks for. */
    public void load() {
        namespace = choice.from(session);
        refresh();
    }

    public void refresh() {
        rows = session.list(Resources.PODS, namespace).stream()
                .map(PodRow::of)
                .sorted(Comparator.comparing(PodRow::namespace).thenComparing(PodRow::name))
                .toList();
    }

    public List<PodRow> getRows() {
        return rows;
    }

    public String getNamespace() {
        return namespace;
    }

    public Permit mayDelete(PodRow row) {
        return session.permissions().may("delete", Resources.PODS, row.namespace());
    }

    /** Deletes exactly the pod that was shown, not one that has taken its name since. */
    public void delete(PodRow row) {
        session.resource(Resources.PODS).delete(row.namespace(), row.name(), DeleteOptions.uid(row.uid()));
        session.notices().done(session.text("pods.deleted", row.name()));
        refresh();
    }
}
