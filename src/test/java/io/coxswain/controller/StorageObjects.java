package io.coxswain.controller;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.kinds.Trees;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.json.JsonObject;

/** Volumes, claims and classes as the tests of storage loops need them, and a look at what became of them. */
public final class StorageObjects {
    private final FakeApi api;

    public StorageObjects(FakeApi api) {
        this.api = api;
    }

    /** A class; {@code more} are members such as {@code volumeBindingMode: WaitForFirstConsumer}. */
    public void storageClass(String name, String provisioner, String metadata, String more) {
        JsonObject tree = Trees.yaml(
                "{metadata: {name: " + name + ", " + metadata + "}, provisioner: " + provisioner + ", " + more + "}");
        api.put(ResourceTypes.STORAGE_CLASSES, tree);
    }

    /** A claim of 1Gi, ReadWriteOnce, in {@code ns}. */
    public PersistentVolumeClaim claim(String name, String metadata, String spec) {
        return api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {namespace: ns, name: " + name + ", " + metadata
                                + "}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, "
                                + spec + "}, status: {phase: Pending}}"),
                        PersistentVolumeClaim.class));
    }

    public PersistentVolumeClaim claim(String name) {
        return api.get(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", name);
    }

    public String claimPhase(String name) {
        return claim(name).getStatus().getPhase();
    }

    /** A volume of that size, ReadWriteOnce, at a path of the host. */
    public PersistentVolume volume(String name, String size, String metadata, String spec) {
        return api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {name: " + name + ", " + metadata + "}, spec: {capacity: {storage: "
                                + size + "}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp/x}, "
                                + (spec.contains("ReclaimPolicy") ? "" : "persistentVolumeReclaimPolicy: Retain, ")
                                + spec
                                + "}, status: {phase: Pending}}"),
                        PersistentVolume.class));
    }

    public PersistentVolume volume(String name) {
        return api.get(ResourceTypes.PERSISTENT_VOLUMES, "", name);
    }

    public boolean volumeExists(String name) {
        return api.exists(ResourceTypes.PERSISTENT_VOLUMES, "", name);
    }

    public String volumePhase(String name) {
        return volume(name).getStatus().getPhase();
    }

    /** A pod of {@code ns} with one claim; no node for {@code ""}. */
    public Pod pod(String name, String claim, String node, String phase) {
        return api.put(
                ResourceTypes.PODS,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {namespace: ns, name: " + name + "}, spec: {"
                                + (node.isEmpty() ? "" : "nodeName: " + node + ", ")
                                + "containers: [{name: c, image: c}], volumes: [{name: v, persistentVolumeClaim:"
                                + " {claimName: " + claim + "}}]}, status: {phase: " + phase + "}}"),
                        Pod.class));
    }
}
