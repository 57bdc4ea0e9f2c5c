package io.coxswain.console.workloads;

import io.coxswain.client.ListOptions;
import io.coxswain.client.PatchType;
import io.coxswain.client.WriteOptions;
import io.coxswain.console.shell.Condition;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.EventRow;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.Serializable;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One deployment: its replicas, history, pods and events; scale, restart, pause, roll back. */
@Named("workload")
@ViewScoped
public class WorkloadPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int EVENTS = 20;
    private static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");
    /** What {@code kubectl rollout restart} writes, so that both tell the same story. */
    private static final String RESTARTED = "kubectl.kubernetes.io/restartedAt";
    /** Annotations of a replica set that are its own and not the deployment's. */
    private static final Set<String> NOT_ROLLED_BACK = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            Revision.REVISION,
            "deployment.kubernetes.io/revision-history",
            "deployment.kubernetes.io/desired-replicas",
            "deployment.kubernetes.io/max-replicas",
            "deprecated.deployment.rollback.to");

    private final ConsoleSession session;
    private String namespace = "";
    private String name = "";
    private long replicas;
    private boolean gone;
    private @Nullable Shown shown;

    /** What the page shows of the deployment. */
    public record Shown(
            DeploymentRow row,
            String strategy,
            String selector,
            List<Condition> conditions,
            List<Revision> revisions,
            List<PodRow> pods,
            List<EventRow> events)
            implements Serializable {
        public Shown {
            conditions = List.copyOf(conditions);
            revisions = List.copyOf(revisions);
            pods = List.copyOf(pods);
            events = List.copyOf(events);
        }
    }

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected WorkloadPage() {
        this.session = null;
    }

    @Inject
    public WorkloadPage(ConsoleSession session) {
        this.session = session;
    }

    /** @throws ApiException 404 if there is no such deployment */
    public void load() {
        namespace = session.parameter("namespace");
        name = session.parameter("name");
        ObjectView deployment = find().orElseThrow(() -> ApiException.notFound(DEPLOYMENTS, name));
        show(deployment);
        replicas = deployment.number("spec", "replicas").orElse(1L);
    }

    public void refresh() {
        Optional<ObjectView> deployment = find();
        gone = deployment.isEmpty();
        deployment.ifPresent(this::show);
    }

    private Optional<ObjectView> find() {
        return session.resource(Resources.DEPLOYMENTS).find(namespace, name).map(ObjectView::new);
    }

    private void show(ObjectView deployment) {
        Map<String, String> labels = deployment.texts("spec", "selector", "matchLabels");
        ListOptions selected = ListOptions.labels(labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")));
        List<ObjectView> sets = owned(list(Resources.REPLICA_SETS, selected), Set.of(deployment.uid()));
        List<ObjectView> pods = owned(
                list(Resources.PODS, selected),
                sets.stream().map(ObjectView::uid).collect(Collectors.toSet()));
        shown = new Shown(
                DeploymentRow.of(deployment),
                strategy(deployment),
                selected.labelSelector(),
                Condition.of(deployment),
                Revision.of(deployment, sets),
                pods.stream()
                        .map(PodRow::of)
                        .sorted(Comparator.comparing(PodRow::name))
                        .toList(),
                EventRow.newest(
                        list(Resources.EVENTS, ListOptions.fields("involvedObject.uid=" + deployment.uid())), EVENTS));
    }

    /** What the user may not list is simply not shown here. */
    private List<ObjectView> list(io.coxswain.client.ResourceType<JsonObject> type, ListOptions options) {
        return session.permissions().may("list", type, namespace).allowed()
                ? session.list(type, namespace, options)
                : List.of();
    }

    private static List<ObjectView> owned(List<ObjectView> objects, Set<String> owners) {
        return objects.stream()
                .filter(object -> owners.stream().anyMatch(uid -> Revision.isOwned(object, uid)))
                .toList();
    }

    private static String strategy(ObjectView deployment) {
        String type = deployment.text("spec", "strategy", "type");
        JsonObject rolling = deployment.object("spec", "strategy", "rollingUpdate");
        return rolling.isEmpty()
                ? type
                : type + " (maxSurge " + plain(rolling.get("maxSurge")) + ", maxUnavailable "
                        + plain(rolling.get("maxUnavailable")) + ")";
    }

    private static String plain(@Nullable JsonValue value) {
        return String.valueOf(value).replace("\"", "");
    }

    /** Sets the count of replicas, through the scale subresource. */
    public void scale() {
        JsonObject scale = session.resource(Resources.DEPLOYMENTS).getSubresource(namespace, name, "scale");
        session.resource(Resources.DEPLOYMENTS)
                .updateSubresource(
                        namespace, name, "scale", JsonTrees.set(scale, JsonTrees.number(replicas), "spec", "replicas"));
        done("workload.scaled", name, replicas);
    }

    /** Replaces every pod by the deployment's own strategy. */
    public void restart() {
        JsonObject patch = JsonTrees.set(
                JsonValue.EMPTY_JSON_OBJECT,
                JsonTrees.text(session.clock()
                        .instant()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()),
                "spec",
                "template",
                "metadata",
                "annotations",
                RESTARTED);
        patch(PatchType.STRATEGIC, patch);
        done("workload.restarted", name);
    }

    public void pause() {
        patch(PatchType.MERGE, JsonTrees.set(JsonValue.EMPTY_JSON_OBJECT, JsonValue.TRUE, "spec", "paused"));
        done("workload.paused", name);
    }

    public void resume() {
        patch(PatchType.MERGE, JsonTrees.set(JsonValue.EMPTY_JSON_OBJECT, JsonValue.FALSE, "spec", "paused"));
        done("workload.resumed", name);
    }

    /** Puts a revision's pod template back, as {@code kubectl rollout undo --to-revision} does. */
    public void rollBack(Revision revision) {
        ObjectView set = new ObjectView(session.resource(Resources.REPLICA_SETS).get(namespace, revision.replicaSet()));
        ObjectView deployment =
                new ObjectView(session.resource(Resources.DEPLOYMENTS).get(namespace, name));
        if (deployment.flag("spec", "paused").orElse(false)) {
            session.notices().failed("", session.text("workload.rollback.paused", name));
            return;
        }
        patch(
                PatchType.JSON,
                JsonTrees.array()
                        .add(replace("/spec/template", Revision.template(set)))
                        .add(replace("/metadata/annotations", annotations(deployment, set)))
                        .build());
        done("workload.rolledback", name, revision.number());
    }

    /** The deployment's own bookkeeping stays; what describes the change comes back with the revision. */
    private static JsonObject annotations(ObjectView deployment, ObjectView set) {
        JsonObject result = JsonValue.EMPTY_JSON_OBJECT;
        for (Map.Entry<String, String> kept : deployment.annotations().entrySet()) {
            if (NOT_ROLLED_BACK.contains(kept.getKey())) {
                result = JsonTrees.with(result, kept.getKey(), JsonTrees.text(kept.getValue()));
            }
        }
        for (Map.Entry<String, String> old : set.annotations().entrySet()) {
            if (!NOT_ROLLED_BACK.contains(old.getKey())) {
                result = JsonTrees.with(result, old.getKey(), JsonTrees.text(old.getValue()));
            }
        }
        return result;
    }

    private static JsonObject replace(String path, JsonValue value) {
        // "add" sets a member whether it is there or not.
        return JsonTrees.object()
                .add("op", "add")
                .add("path", path)
                .add("value", value)
                .build();
    }

    private void patch(PatchType type, JsonValue patch) {
        session.resource(Resources.DEPLOYMENTS).patch(namespace, name, type, patch, "", WriteOptions.DEFAULT);
    }

    private void done(String key, Object... parameters) {
        session.notices().done(session.text(key, parameters));
        refresh();
    }

    public Permit getMayScale() {
        return session.permissions().may("update", Resources.DEPLOYMENTS, "scale", namespace, name);
    }

    public Permit getMayChange() {
        return session.permissions().may("patch", Resources.DEPLOYMENTS, "", namespace, name);
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

    public long getReplicas() {
        return replicas;
    }

    public void setReplicas(long replicas) {
        this.replicas = replicas;
    }

    /** Whether the deployment was deleted since the page was opened. */
    public boolean isGone() {
        return gone;
    }
}
