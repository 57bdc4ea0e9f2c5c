package io.coxswain.console.loops;

import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ObjectView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.JsonValue;
import java.io.Serializable;
import java.util.List;

/** Every control loop: what waits, how fast it goes, what went wrong last; and which server runs them. */
@Named("loops")
@ViewScoped
@ConsolePage(path = "loops", icon = "pi-sync", group = ConsolePage.Group.CLUSTER, order = 40)
public class LoopsPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String NAMESPACE = "kube-system";
    private static final List<String> LEASES = List.of("kube-controller-manager", "kube-scheduler");

    private final ConsoleSession session;
    private final Loops loops;
    private List<LoopRow> rows = List.of();
    private List<Holder> holders = List.of();
    private Permit mayRead = Permit.YES;
    private Permit mayReadLeases = Permit.YES;
    private String identity = "";

    /** Who holds a lease: {@code ""} if nobody does. */
    public record Holder(String lease, String identity, String renewed, boolean here) implements Serializable {}

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected LoopsPage() {
        this.session = null;
        this.loops = null;
    }

    @Inject
    public LoopsPage(ConsoleSession session, Loops loops) {
        this.session = session;
        this.loops = loops;
    }

    /** The figures are those that {@code /metrics} gives, so whoever may read that may read them here. */
    public void load() {
        mayRead = session.permissions().mayGet("/metrics");
        mayReadLeases = session.permissions().may("get", Resources.LEASES, NAMESPACE);
        if (mayRead.allowed()) {
            rows = loops.rows();
            identity = loops.identity();
        }
        if (mayReadLeases.allowed()) {
            holders = LEASES.stream().map(this::holder).toList();
        }
    }

    private Holder holder(String lease) {
        ObjectView found = session.resource(Resources.LEASES)
                .find(NAMESPACE, lease)
                .map(ObjectView::new)
                .orElseGet(() -> new ObjectView(JsonValue.EMPTY_JSON_OBJECT));
        String holder = found.text("spec", "holderIdentity");
        return new Holder(lease, holder, found.text("spec", "renewTime"), holder.equals(identity) && !holder.isEmpty());
    }

    public List<LoopRow> getRows() {
        return rows;
    }

    public List<Holder> getHolders() {
        return holders;
    }

    /** Why no loops are shown. */
    public Permit getMayRead() {
        return mayRead;
    }

    /** Why no holders are shown. */
    public Permit getMayReadLeases() {
        return mayReadLeases;
    }

    /** How long ago the newest failure was; {@code ""} if there was none. */
    public String failedSince(LoopRow row) {
        LoopRow.Failure failure = row.failure();
        return failure == null ? "" : session.age(failure.at().toString());
    }
}
