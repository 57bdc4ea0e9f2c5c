package io.coxswain.console.pods;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ListOptions;
import io.coxswain.console.shell.Condition;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.EventRow;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One pod: its containers, conditions, events and logs. Stays, saying so, when the pod goes. */
@Named("pod")
@ViewScoped
public class PodPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int EVENTS = 30;

    private final ConsoleSession session;
    private String namespace = "";
    private String name = "";
    private String container = "";
    private boolean previous;
    private boolean gone;
    private @Nullable Shown shown;

    /** What the page shows of the pod. */
    public record Shown(
            PodRow row,
            String controlledBy,
            String controllerKind,
            String serviceAccount,
            String qosClass,
            String message,
            Map<String, String> labels,
            List<ContainerRow> containers,
            List<Condition> conditions,
            List<EventRow> events)
            implements Serializable {
        public Shown {
            containers = List.copyOf(containers);
            conditions = List.copyOf(conditions);
            events = List.copyOf(events);
        }
    }

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PodPage() {
        this.session = null;
    }

    @Inject
    public PodPage(ConsoleSession session) {
        this.session = session;
    }

    /** @throws ApiException 404 if there is no such pod */
    public void load() {
        namespace = session.parameter("namespace");
        name = session.parameter("name");
        Optional<ObjectView> pod = find();
        if (pod.isEmpty()) {
            throw ApiException.notFound(new GroupResource("", "pods"), name);
        }
        show(pod.get());
        container = pod.get().items("spec", "containers").stream()
                .map(each -> each.text("name"))
                .findFirst()
                .orElse("");
    }

    public void refresh() {
        Optional<ObjectView> pod = find();
        gone = pod.isEmpty();
        pod.ifPresent(this::show);
    }

    private Optional<ObjectView> find() {
        return session.resource(Resources.PODS).find(namespace, name).map(ObjectView::new);
    }

    private void show(ObjectView pod) {
        Optional<ObjectView> owner = pod.items("metadata", "ownerReferences").stream()
                .filter(each -> each.flag("controller").orElse(false))
                .findFirst();
        shown = new Shown(
                PodRow.of(pod),
                owner.map(each -> each.text("name")).orElse(""),
                owner.map(each -> each.text("kind")).orElse(""),
                pod.text("spec", "serviceAccountName"),
                pod.text("status", "qosClass"),
                pod.text("status", "message"),
                pod.labels(),
                ContainerRow.of(pod),
                Condition.of(pod),
                events(pod));
    }

    private List<EventRow> events(ObjectView pod) {
        if (session.permissions().may("list", Resources.EVENTS, namespace).denied()) {
            return List.of();
        }
        return EventRow.newest(
                session.list(Resources.EVENTS, namespace, ListOptions.fields("involvedObject.uid=" + pod.uid())),
                EVENTS);
    }

    public @Nullable Shown getShown() {
        return shown;
    }

    public String getNamespace() {
        return namespace;
    }

    public String getName() {
        return name;
    }

    /** Whether the pod was deleted since the page was opened. */
    public boolean isGone() {
        return gone;
    }

    public String getContainer() {
        return container;
    }

    public void setContainer(String container) {
        this.container = container;
    }

    public boolean isPrevious() {
        return previous;
    }

    public void setPrevious(boolean previous) {
        this.previous = previous;
    }

    public Permit getMayDelete() {
        return session.permissions().may("delete", Resources.PODS, "", namespace, name);
    }

    public Permit getMayReadLog() {
        return session.permissions().may("get", Resources.PODS, "log", namespace, name);
    }

    /** Deletes the pod that is shown, and goes to the list. */
    public String delete() {
        Shown pod = shown;
        if (pod != null) {
            session.resource(Resources.PODS)
                    .delete(namespace, name, DeleteOptions.uid(pod.row().uid()));
            session.notices().done(session.text("pods.deleted", name));
        }
        return "/pods.xhtml?faces-redirect=true";
    }
}
