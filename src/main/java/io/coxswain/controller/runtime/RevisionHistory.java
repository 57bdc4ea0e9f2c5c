package io.coxswain.controller.runtime;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import jakarta.json.JsonObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The pod templates that an object has had, kept as ControllerRevisions in the form upstream's controllers write. */
public final class RevisionHistory {
    private final ResourceClient<ControllerRevision> client;
    private final Lister<ControllerRevision> cache;
    private final String hashLabel;

    /** @param hashLabel where the hash of the template stands in a revision's labels */
    public RevisionHistory(
            ResourceClient<ControllerRevision> client, Lister<ControllerRevision> cache, String hashLabel) {
        this.client = client;
        this.cache = cache;
        this.hashLabel = hashLabel;
    }

    /**
     * A template's revision.
     *
     * @param all every revision of the owner, the oldest first
     * @param collisions how often a name was taken by another template so far
     */
    public record Found(ControllerRevision current, List<ControllerRevision> all, int collisions) {
        public Found {
            all = List.copyOf(all);
        }
    }

    /** The owner's revisions, the oldest first; orphans that match are adopted. */
    public List<ControllerRevision> of(
            HasMetadata owner, LabelSelector selector, Supplier<? extends HasMetadata> liveOwner) {
        List<ControllerRevision> claimed = new Claims<>(client, owner, selector, liveOwner)
                .claim(cache.list(owner.getMetadata().getNamespace()), revision -> true);
        return claimed.stream()
                .sorted(Comparator.comparing(ControllerRevision::getRevision)
                        .thenComparing(revision -> revision.getMetadata().getName()))
                .toList();
    }

    /** Finds the template's revision, makes it the newest, or writes a new one. */
    public Found current(HasMetadata owner, PodTemplateSpec template, List<ControllerRevision> known, int collisions) {
        Map<String, Object> data = data(template);
        JsonObject tree = ObjectCodec.tree(data);
        long newest = known.isEmpty() ? 0 : known.get(known.size() - 1).getRevision();
        Optional<ControllerRevision> equal =
                known.stream().filter(revision -> tree.equals(data(revision))).reduce((a, b) -> b);
        if (equal.isPresent()) {
            ControllerRevision current = equal.get();
            if (current.getRevision() < newest) {
                // A roll-back: the old template is the latest wish again.
                current = client.update(new ControllerRevisionBuilder(current)
                        .withRevision(newest + 1)
                        .build());
            }
            return new Found(current, with(known, current), collisions);
        }
        return create(owner, template, tree, known, newest + 1, collisions);
    }

    private Found create(
            HasMetadata owner,
            PodTemplateSpec template,
            JsonObject tree,
            List<ControllerRevision> known,
            long number,
            int collisions) {
        for (int tries = collisions; ; tries++) {
            String hash = SafeHash.of(tree, tries);
            String name = owner.getMetadata().getName() + "-" + hash;
            try {
                ControllerRevision created = client.create(new ControllerRevisionBuilder()
                        .withNewMetadata()
                        .withNamespace(owner.getMetadata().getNamespace())
                        .withName(name)
                        .withLabels(
                                template.getMetadata() == null
                                        ? Map.of()
                                        : template.getMetadata().getLabels())
                        .addToLabels(hashLabel, hash)
                        .withOwnerReferences(Owners.controllerReference(owner))
                        .endMetadata()
                        .withData(data(template))
                        .withRevision(number)
                        .build());
                return new Found(created, with(known, created), tries);
            } catch (ApiException e) {
                if (!e.isAlreadyExists()) {
                    throw e;
                }
                ControllerRevision taken = client.get(owner.getMetadata().getNamespace(), name);
                if (Owners.isControlledBy(taken, owner) && tree.equals(data(taken))) {
                    return new Found(taken, with(known, taken), tries);
                }
            }
        }
    }

    private static List<ControllerRevision> with(List<ControllerRevision> known, ControllerRevision changed) {
        return java.util.stream.Stream.concat(
                        known.stream()
                                .filter(revision -> !revision.getMetadata()
                                        .getName()
                                        .equals(changed.getMetadata().getName())),
                        java.util.stream.Stream.of(changed))
                .toList();
    }

    /** Removes the oldest revisions beyond the limit; those in use stay and do not count. */
    public void truncate(List<ControllerRevision> all, Set<String> used, int limit) {
        List<ControllerRevision> unused = all.stream()
                .filter(revision -> !used.contains(revision.getMetadata().getName()))
                .toList();
        for (ControllerRevision old : unused.subList(0, Math.max(0, unused.size() - limit))) {
            try {
                client.delete(
                        old.getMetadata().getNamespace(),
                        old.getMetadata().getName(),
                        DeleteOptions.uid(old.getMetadata().getUid()));
            } catch (ApiException e) {
                if (!e.isNotFound() && !e.isConflict()) {
                    throw e;
                }
            }
        }
    }

    /** The template a revision holds. */
    public static PodTemplateSpec template(ControllerRevision revision) {
        JsonObject template = data(revision).getJsonObject("spec").getJsonObject("template");
        return ObjectCodec.read(
                jakarta.json.Json.createObjectBuilder(template).remove("$patch").build(), PodTemplateSpec.class);
    }

    private static JsonObject data(ControllerRevision revision) {
        JsonObject data = ObjectCodec.tree(revision).getJsonObject("data");
        return data == null ? JsonObject.EMPTY_JSON_OBJECT : data;
    }

    /** A strategic merge patch that replaces the template. */
    private static Map<String, Object> data(PodTemplateSpec template) {
        Map<String, Object> replaced = new LinkedHashMap<>();
        replaced.put("$patch", "replace");
        if (template.getMetadata() != null) {
            replaced.put("metadata", template.getMetadata());
        }
        replaced.put("spec", template.getSpec());
        return Map.of("spec", Map.of("template", replaced));
    }
}
