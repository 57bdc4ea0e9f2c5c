package io.coxswain.scheduler.framework;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What claims and volumes say, by upstream's conventions. */
public final class Claims {
    /** On a claim: the node that a volume shall be made for. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    private static final String FORMER_CLASS = "volume.beta.kubernetes.io/storage-class";

    private Claims() {}

    public static String key(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    public static String annotation(HasMetadata object, String name) {
        Map<String, String> all = object.getMetadata().getAnnotations();
        return all == null ? "" : all.getOrDefault(name, "");
    }

    public static String className(PersistentVolumeClaim claim) {
        return className(claim, claim.getSpec().getStorageClassName());
    }

    public static String className(PersistentVolume volume) {
        return className(volume, volume.getSpec().getStorageClassName());
    }

    private static String className(HasMetadata object, @Nullable String field) {
        String former = annotation(object, FORMER_CLASS);
        return former.isEmpty() ? orEmpty(field) : former;
    }

    public static String volumeName(PersistentVolumeClaim claim) {
        return orEmpty(claim.getSpec().getVolumeName());
    }

    /** Whether claim and volume have found each other for good. */
    public static boolean isBound(PersistentVolumeClaim claim) {
        return !volumeName(claim).isEmpty()
                && claim.getMetadata().getAnnotations() != null
                && claim.getMetadata().getAnnotations().containsKey(BIND_COMPLETED);
    }

    public static String phase(PersistentVolumeClaim claim) {
        return claim.getStatus() == null ? "" : orEmpty(claim.getStatus().getPhase());
    }

    public static List<String> accessModes(PersistentVolumeClaim claim) {
        return claim.getSpec().getAccessModes() == null
                ? List.of()
                : claim.getSpec().getAccessModes();
    }

    /** How much the claim asks for, in bytes. */
    public static BigDecimal requested(PersistentVolumeClaim claim) {
        return claim.getSpec().getResources() == null
                ? BigDecimal.ZERO
                : storage(claim.getSpec().getResources().getRequests());
    }

    /** How much the volume holds, in bytes. */
    public static BigDecimal capacity(PersistentVolume volume) {
        return storage(volume.getSpec().getCapacity());
    }

    private static BigDecimal storage(@Nullable Map<String, Quantity> amounts) {
        Quantity amount = amounts == null ? null : amounts.get("storage");
        return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
