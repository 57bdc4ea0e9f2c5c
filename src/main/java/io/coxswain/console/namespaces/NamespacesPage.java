package io.coxswain.console.namespaces;

import io.coxswain.client.DeleteOptions;
import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.Resources;
import io.coxswain.console.shell.Usage;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The namespaces that the user may look into. */
@Named("namespaces")
@ViewScoped
@ConsolePage(
        path = "namespaces",
        icon = "pi-th-large",
        group = ConsolePage.Group.CLUSTER,
        order = 10,
        details = "namespace")
public class NamespacesPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int BARS = 3;

    private final ConsoleSession session;
    private List<NamespaceRow> rows = List.of();
    private String newName = "";
    private String doomed = "";
    private String confirmation = "";

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NamespacesPage() {
        this.session = null;
    }

    @Inject
    public NamespacesPage(ConsoleSession session) {
        this.session = session;
    }

    public void load() {
        Map<String, Long> pods = count(session.list(Resources.PODS, ""));
        Map<String, Long> deployments = count(session.list(Resources.DEPLOYMENTS, ""));
        Map<String, List<ObjectView>> quotas =
                session.list(Resources.QUOTAS, "").stream().collect(Collectors.groupingBy(ObjectView::namespace));
        Map<String, ObjectView> objects = objects();
        rows = session.namespaces().stream()
                .map(name -> {
                    ObjectView object = objects.getOrDefault(
                            name, new ObjectView(JsonTrees.object().build()));
                    List<Usage> bars = Quota.fullest(quotas.getOrDefault(name, List.of()));
                    return new NamespaceRow(
                            name,
                            object.text("status", "phase"),
                            object.text("metadata", "creationTimestamp"),
                            deployments.getOrDefault(name, 0L),
                            pods.getOrDefault(name, 0L),
                            bars.stream().limit(BARS).toList(),
                            Math.max(0, bars.size() - BARS));
                })
                .sorted(Comparator.comparing(NamespaceRow::name))
                .toList();
    }

    /** The objects themselves, as far as the user may read them. */
    private Map<String, ObjectView> objects() {
        if (session.permissions().may("list", Resources.NAMESPACES, "").denied()) {
            return Map.of();
        }
        return session.list(Resources.NAMESPACES, "").stream()
                .collect(Collectors.toMap(ObjectView::name, each -> each));
    }

    private static Map<String, Long> count(List<ObjectView> objects) {
        return objects.stream().collect(Collectors.groupingBy(ObjectView::namespace, Collectors.counting()));
    }

    public void create() {
        session.resource(Resources.NAMESPACES)
                .create(JsonTrees.object()
                        .add("apiVersion", "v1")
                        .add("kind", "Namespace")
                        .add("metadata", JsonTrees.object().add("name", newName))
                        .build());
        session.notices().done(session.text("namespaces.created", newName));
        newName = "";
        load();
    }

    /** Asks for confirmation before {@link #delete}. */
    public void ask(String name) {
        doomed = name;
        confirmation = "";
    }

    /** Deletes the namespace that was asked about, if its name was typed. */
    public void delete() {
        if (doomed.isEmpty() || !confirmation.equals(doomed)) {
            session.notices().failed("", session.text("namespaces.confirm.differs", doomed));
            return;
        }
        session.resource(Resources.NAMESPACES).delete("", doomed, DeleteOptions.DEFAULT);
        session.notices().done(session.text("namespaces.deleted", doomed));
        doomed = "";
        confirmation = "";
        load();
    }

    public Permit getMayCreate() {
        return session.permissions().may("create", Resources.NAMESPACES, "");
    }

    public Permit mayDelete(String name) {
        return session.permissions().may("delete", Resources.NAMESPACES, "", name, name);
    }

    public List<NamespaceRow> getRows() {
        return rows;
    }

    public String getNewName() {
        return newName;
    }

    public void setNewName(String newName) {
        this.newName = newName.trim();
    }

    public String getDoomed() {
        return doomed;
    }

    public String getConfirmation() {
        return confirmation;
    }

    public void setConfirmation(String confirmation) {
        this.confirmation = confirmation.trim();
    }
}
