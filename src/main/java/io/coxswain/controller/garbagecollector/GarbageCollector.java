package io.coxswain.controller.garbagecollector;

import io.coxswain.client.ApiClient;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ObjectSummary;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.client.WriteOptions;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.ResourceWatcher;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The garbage collector loop. A key's name is an object's uid. It deletes dependents whose owners are all gone, finishes
 * foreground and orphan deletions, and takes references to vanished owners out of objects that have others.
 */
@Dependent
public class GarbageCollector implements Reconciler {
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final Duration DISCOVERY_PERIOD = Duration.ofSeconds(30);

    private final OwnerGraph graph = new OwnerGraph();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private ApiClient client;

    @SuppressWarnings("NullAway.Init")
    private Watches watches;

    @SuppressWarnings("NullAway.Init")
    private ResourceWatcher resources;

    @Override
    public String name() {
        return "generic-garbage-collector";
    }

    @Override
    public String queueName() {
        return "garbage_collector_attempt_to_delete";
    }

    @Override
    public int workers() {
        return 4;
    }

    @Override
    public void setUp(Watches given) {
        watches = given;
        client = watches.client();
        resources = new ResourceWatcher(watches, this::changed);
        resources.refresh();
        watches.every(DISCOVERY_PERIOD, () -> {
            resources.refresh();
            return keys(graph.unverified());
        });
    }

    private Collection<Key> changed(
            ResourceType<ObjectSummary> type, @Nullable ObjectSummary old, @Nullable ObjectSummary now) {
        if (now != null) {
            return keys(graph.put(GraphNode.observed(type, now)));
        }
        return old == null ? List.of() : keys(graph.remove(old.metadata().uid()));
    }

    private static List<Key> keys(Collection<String> uids) {
        return uids.stream().map(uid -> new Key("", uid)).toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<GraphNode> found = graph.get(key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        GraphNode node = found.get();
        if (node.beingDeleted() && !node.isDeletingDependents() && !node.isOrphaningDependents()) {
            return Result.done();
        }
        Optional<ResourceType<ObjectSummary>> type = node.type().or(() -> resolve(node.reference()));
        if (type.isEmpty()) {
            // A kind that is not served: whether its objects exist cannot be known, so nothing is deleted for their
            // sake.
            return Result.after(DISCOVERY_PERIOD);
        }
        Optional<ObjectSummary> live = live(node.reference(), type.get(), node.uid());
        if (live.isEmpty()) {
            return node.observed() ? Result.done() : forgetVirtual(node);
        }
        return look(node, type.get(), live.get());
    }

    /** The owner does not exist: its dependents must be looked at. */
    private Result forgetVirtual(GraphNode node) {
        keys(graph.remove(node.uid())).forEach(watches::queue);
        return Result.done();
    }

    private Result look(GraphNode node, ResourceType<ObjectSummary> type, ObjectSummary live) {
        ResourceClient<ObjectSummary> resource = client.resource(type);
        ObjectSummary.Meta meta = live.metadata();
        if (meta.isBeingDeleted() && meta.finalizers().contains(GraphNode.ORPHAN)) {
            orphanDependents(node);
            removeFinalizer(resource, meta, GraphNode.ORPHAN);
            return Result.done();
        }
        if (meta.isBeingDeleted() && meta.finalizers().contains(GraphNode.FOREGROUND)) {
            finishIfUnblocked(node, resource, meta);
            return Result.done();
        }
        if (!meta.isBeingDeleted() && !meta.ownerReferences().isEmpty()) {
            judge(node, resource, meta);
        }
        return Result.done();
    }

    private void judge(GraphNode node, ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta) {
        List<OwnerReference> solid = new ArrayList<>();
        List<OwnerReference> waiting = new ArrayList<>();
        for (OwnerReference owner : meta.ownerReferences()) {
            Optional<ObjectSummary> live = liveOwner(owner, meta.namespace());
            if (live.isPresent()) {
                ObjectSummary.Meta ownerMeta = live.get().metadata();
                boolean deleting =
                        ownerMeta.isBeingDeleted() && ownerMeta.finalizers().contains(GraphNode.FOREGROUND);
                (deleting ? waiting : solid).add(owner);
            }
        }
        if (!solid.isEmpty()) {
            if (solid.size() < meta.ownerReferences().size()) {
                patchOwners(resource, meta, solid);
            }
            return;
        }
        List<GraphNode> dependents = graph.dependentsOf(node.uid());
        if (!waiting.isEmpty() && !dependents.isEmpty()) {
            // In a cycle everybody would wait for somebody else: whoever is being deleted already waits for us no more.
            if (dependents.stream().anyMatch(GraphNode::isDeletingDependents)) {
                patchOwners(resource, meta, unblocked(meta.ownerReferences()));
            }
            delete(resource, meta, "Foreground");
            return;
        }
        String policy = "Background";
        if (meta.finalizers().contains(GraphNode.ORPHAN)) {
            policy = "Orphan";
        } else if (meta.finalizers().contains(GraphNode.FOREGROUND)) {
            policy = "Foreground";
        }
        delete(resource, meta, policy);
    }

    private Optional<ObjectSummary> liveOwner(OwnerReference owner, String namespace) {
        GraphNode.Reference reference = GraphNode.virtual(owner, namespace).reference();
        ResourceType<ObjectSummary> type = resolve(reference)
                .orElseThrow(() -> ApiException.unavailable("no resource is known for the owner "
                        + owner.getApiVersion() + " " + owner.getKind() + " " + owner.getName()));
        if (type.namespaced() && namespace.isEmpty()) {
            throw ApiException.badRequest(
                    "cluster-scoped object refers to the namespaced owner " + owner.getKind() + " " + owner.getName());
        }
        return live(reference, type, owner.getUid());
    }

    private Optional<ResourceType<ObjectSummary>> resolve(GraphNode.Reference reference) {
        return resources.byKind(reference.group(), reference.kind());
    }

    /** The object if it exists with this uid. */
    private Optional<ObjectSummary> live(GraphNode.Reference reference, ResourceType<ObjectSummary> type, String uid) {
        String namespace = type.namespaced() ? reference.namespace() : "";
        if (type.namespaced() && namespace.isEmpty()) {
            return Optional.empty();
        }
        return client.resource(type)
                .find(namespace, reference.name())
                .filter(object -> object.metadata().uid().equals(uid));
    }

    private void finishIfUnblocked(GraphNode owner, ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta) {
        boolean blocked = graph.dependentsOf(owner.uid()).stream().anyMatch(dependent -> dependent.blocks(owner.uid()));
        // The dependents were queued when the deletion began; the last one to go queues its owner again.
        if (!blocked) {
            removeFinalizer(resource, meta, GraphNode.FOREGROUND);
        }
    }

    private void orphanDependents(GraphNode owner) {
        for (GraphNode dependent : graph.dependentsOf(owner.uid())) {
            Optional<ResourceType<ObjectSummary>> type = dependent.type();
            Optional<ObjectSummary> live = type.flatMap(known -> live(dependent.reference(), known, dependent.uid()));
            if (type.isPresent() && live.isPresent()) {
                ObjectSummary.Meta meta = live.get().metadata();
                List<OwnerReference> others = meta.ownerReferences().stream()
                        .filter(reference -> !owner.uid().equals(reference.getUid()))
                        .toList();
                if (others.size() < meta.ownerReferences().size()) {
                    patchOwners(client.resource(type.get()), meta, others);
                }
            }
        }
    }

    private static List<OwnerReference> unblocked(List<OwnerReference> owners) {
        return owners.stream()
                .map(owner -> new OwnerReferenceBuilder(owner)
                        .withBlockOwnerDeletion(false)
                        .build())
                .toList();
    }

    private void patchOwners(
            ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta, List<OwnerReference> owners) {
        JsonArrayBuilder list = JSON.createArrayBuilder();
        owners.forEach(owner -> list.add(ObjectCodec.tree(owner)));
        patch(resource, meta, JSON.createObjectBuilder().add("ownerReferences", list));
    }

    private void removeFinalizer(ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta, String finalizer) {
        JsonArrayBuilder rest = JSON.createArrayBuilder();
        meta.finalizers().stream().filter(each -> !each.equals(finalizer)).forEach(rest::add);
        patch(resource, meta, JSON.createObjectBuilder().add("finalizers", rest));
    }

    /** A merge patch replaces whole lists, so it must apply to the very version that was read. */
    private static void patch(
            ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta, JsonObjectBuilder change) {
        JsonObject patch = JSON.createObjectBuilder()
                .add("metadata", change.add("uid", meta.uid()).add("resourceVersion", meta.resourceVersion()))
                .build();
        try {
            resource.patch(meta.namespace(), meta.name(), PatchType.MERGE, patch, "", WriteOptions.DEFAULT);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private static void delete(ResourceClient<ObjectSummary> resource, ObjectSummary.Meta meta, String policy) {
        try {
            // Only the version that was judged: an owner may have been added in the meantime.
            resource.delete(
                    meta.namespace(), meta.name(), new DeleteOptions(null, policy, meta.uid(), meta.resourceVersion()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
