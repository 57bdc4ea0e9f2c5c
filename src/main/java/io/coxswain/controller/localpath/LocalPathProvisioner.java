package io.coxswain.controller.localpath;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provisioner {@code coxswain.io/local-path}: makes a volume for a claim once the scheduler has chosen a node, makes it larger
 * when the claim asks for it, and deletes what is released. A key with a namespace is a claim, one without a volume.
 */
@Dependent
public class LocalPathProvisioner implements Reconciler {
    private static final String VOLUMES_OF_NODE = "local-path-provisioner/node";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PersistentVolumeClaim> claims;

    @SuppressWarnings("NullAway.Init")
    private Lister<PersistentVolume> volumes;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> classes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Node> nodeClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PersistentVolume> volumeClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PersistentVolumeClaim> claimClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @SuppressWarnings("NullAway.Init")
    private Expansion expansion;

    @Override
    public String name() {
        return "local-path-provisioner";
    }

    @Override
    public void setUp(Watches watches) {
        events = watches.events();
        nodeClient = watches.client().resource(ResourceTypes.NODES);
        volumeClient = watches.client().resource(ResourceTypes.PERSISTENT_VOLUMES);
        claimClient = watches.client().resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        expansion = new Expansion(volumeClient, claimClient, events);
        classes = watches.cache(ResourceTypes.STORAGE_CLASSES).lister();
        claims = watches.primary(ResourceTypes.PERSISTENT_VOLUME_CLAIMS).lister();
        Informer<PersistentVolume> informer = watches.primary(ResourceTypes.PERSISTENT_VOLUMES);
        informer.addIndex(VOLUMES_OF_NODE, volume -> List.of(LocalPath.nodeOf(volume)));
        volumes = informer.lister();
        watches.changes(ResourceTypes.NODES, this::nodeChanged);
    }

    /** A node that has lost directories, or is lost itself, frees volumes. */
    private Collection<Key> nodeChanged(@Nullable Node old, @Nullable Node now) {
        if (old == null || volumes == null || (now != null && inUse(old).equals(inUse(now)))) {
            return List.of();
        }
        return volumes.byIndex(VOLUMES_OF_NODE, old.getMetadata().getName()).stream()
                .map(volume -> new Key("", volume.getMetadata().getName()))
                .toList();
    }

    private static List<String> inUse(Node node) {
        return node.getStatus() == null
                ? List.of()
                : Volumes.list(node.getStatus().getVolumesInUse());
    }

    @Override
    public Result reconcile(Key key) {
        if (key.namespace().isEmpty()) {
            volumes.get("", key.name()).filter(LocalPath::made).ifPresent(this::settle);
            return Result.done();
        }
        Optional<PersistentVolumeClaim> claim = claims.get(key.namespace(), key.name());
        if (claim.isPresent() && !Volumes.isBeingDeleted(claim.get())) {
            if (isWanted(claim.get())) {
                provision(claim.get());
            } else if (Volumes.phase(claim.get()).equals("Bound")) {
                volumes.get("", Volumes.volumeName(claim.get()))
                        .filter(LocalPath::made)
                        .ifPresent(volume -> expansion.grow(claim.get(), volume));
            }
        }
        return Result.done();
    }

    private static boolean isWanted(PersistentVolumeClaim claim) {
        return Volumes.volumeName(claim).isEmpty()
                && Volumes.annotation(claim, Volumes.PROVISIONER).equals(LocalPath.PROVISIONER);
    }

    private void provision(PersistentVolumeClaim claim) {
        String className = Volumes.className(claim);
        Optional<ObjectView> storageClass = classes.get("", className).map(ObjectView::new);
        if (storageClass.isEmpty() || !storageClass.get().text("provisioner").equals(LocalPath.PROVISIONER)) {
            return;
        }
        String selected = Volumes.annotation(claim, Volumes.SELECTED_NODE);
        boolean waits = storageClass.get().text("volumeBindingMode").equals("WaitForFirstConsumer");
        if (selected.isEmpty() && waits) {
            return;
        }
        String name = "pvc-" + claim.getMetadata().getUid();
        if (volumeClient.find("", name).isPresent()) {
            return;
        }
        Optional<String> objection = objection(claim, storageClass.get(), selected);
        if (objection.isPresent()) {
            failed(claim, className, objection.get());
            return;
        }
        Optional<Node> node = nodeClient.find("", selected);
        if (node.isEmpty()) {
            failed(claim, className, "error getting node: node \"" + selected + "\" not found");
            // So that the scheduler chooses again.
            claimClient.update(new PersistentVolumeClaimBuilder(claim)
                    .editMetadata()
                    .removeFromAnnotations(Volumes.SELECTED_NODE)
                    .endMetadata()
                    .build());
            return;
        }
        create(claim, storageClass.get(), node.get(), name);
    }

    /** What this kind of volume cannot be, said of each claim that asks for it. */
    private static Optional<String> objection(PersistentVolumeClaim claim, ObjectView storageClass, String selected) {
        if (selected.isEmpty()) {
            return Optional.of("configuration error, no node was specified: the class must have the volumeBindingMode"
                    + " WaitForFirstConsumer");
        }
        if (claim.getSpec().getSelector() != null) {
            return Optional.of("claim.Spec.Selector is not supported");
        }
        if (claim.getSpec().getDataSource() != null || claim.getSpec().getDataSourceRef() != null) {
            return Optional.of("claim.Spec.DataSource is not supported");
        }
        if (!Volumes.mode(claim.getSpec().getVolumeMode()).equals("Filesystem")) {
            return Optional.of("block volumes are not supported");
        }
        if (!storageClass.array("mountOptions").isEmpty()) {
            return Optional.of("mountOptions are not supported");
        }
        for (String mode : Volumes.accessModes(claim)) {
            if (!mode.equals("ReadWriteOnce") && !mode.equals("ReadWriteOncePod")) {
                return Optional.of("access mode " + mode
                        + " is not supported: a directory of one node is ReadWriteOnce or ReadWriteOncePod");
            }
        }
        return Optional.empty();
    }

    private void failed(PersistentVolumeClaim claim, String className, String why) {
        events.event(
                claim,
                "Warning",
                "ProvisioningFailed",
                "failed to provision volume with StorageClass \"" + className + "\": " + why);
    }

    private void create(PersistentVolumeClaim claim, ObjectView storageClass, Node node, String name) {
        events.event(
                claim,
                "Normal",
                "Provisioning",
                "External provisioner is provisioning volume for claim \"" + Volumes.text(claim) + "\"");
        String policy = storageClass.text("reclaimPolicy");
        boolean deleted = policy.isEmpty() || policy.equals("Delete");
        ObjectReference reference = new ObjectReference();
        reference.setApiVersion("v1");
        reference.setKind("PersistentVolumeClaim");
        reference.setNamespace(claim.getMetadata().getNamespace());
        reference.setName(claim.getMetadata().getName());
        reference.setUid(claim.getMetadata().getUid());
        reference.setResourceVersion(claim.getMetadata().getResourceVersion());
        PersistentVolume volume = new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LocalPath.NODE_LABEL, node.getMetadata().getName())
                .addToAnnotations(Volumes.PROVISIONED_BY, LocalPath.PROVISIONER)
                .withFinalizers(deleted ? List.of(LocalPath.FINALIZER) : List.of())
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(storageClass.name())
                .withPersistentVolumeReclaimPolicy(deleted ? "Delete" : policy)
                .withAccessModes(claim.getSpec().getAccessModes())
                .withVolumeMode("Filesystem")
                .withCapacity(Map.of(
                        "storage",
                        Objects.requireNonNull(
                                claim.getSpec().getResources().getRequests().get("storage"))))
                .withClaimRef(reference)
                .withNewLocal()
                .withPath(LocalPath.directory(node) + "/" + name)
                .endLocal()
                .withNewNodeAffinity()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("kubernetes.io/hostname")
                .withOperator("In")
                .withValues(LocalPath.hostname(node))
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequired()
                .endNodeAffinity()
                .endSpec()
                .build();
        try {
            volumeClient.create(volume);
        } catch (ApiException e) {
            if (e.isAlreadyExists()) {
                return;
            }
            failed(claim, storageClass.name(), String.valueOf(e.getMessage()));
            throw e;
        }
        events.event(claim, "Normal", "ProvisioningSucceeded", "Successfully provisioned volume " + name);
    }

    /** Keeps the finalizer in line with the policy, and deletes a released volume when its node has let go of it. */
    private void settle(PersistentVolume volume) {
        boolean deletes = "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy());
        boolean held = volume.getMetadata().getFinalizers().contains(LocalPath.FINALIZER);
        if (!deletes) {
            if (held) {
                writeFinalizer(volume, false);
            }
            return;
        }
        if (!Volumes.phase(volume).equals("Released")) {
            if (!held && !Volumes.isBeingDeleted(volume)) {
                writeFinalizer(volume, true);
            }
            return;
        }
        // Asked for now: the node reports a directory before it makes it, so an old report would not do.
        boolean there = nodeClient
                .find("", LocalPath.nodeOf(volume))
                .filter(node -> LocalPath.holds(node, volume))
                .isPresent();
        if (there || (!held && Volumes.isBeingDeleted(volume))) {
            return;
        }
        if (!Volumes.isBeingDeleted(volume)) {
            volumeClient.delete(
                    "",
                    volume.getMetadata().getName(),
                    DeleteOptions.uid(volume.getMetadata().getUid()));
        } else {
            writeFinalizer(volume, false);
        }
        // The deletion brings the volume back here, for its finalizer.
    }

    private void writeFinalizer(PersistentVolume volume, boolean on) {
        List<String> finalizers = new ArrayList<>(volume.getMetadata().getFinalizers());
        finalizers.remove(LocalPath.FINALIZER);
        if (on) {
            finalizers.add(LocalPath.FINALIZER);
        }
        volumeClient.update(new PersistentVolumeBuilder(volume)
                .editMetadata()
                .withFinalizers(finalizers)
                .endMetadata()
                .build());
    }
}
