package io.coxswain.apiserver.registry;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a deletion does to an object: upstream's rules of graceful deletion, finalizers and propagation as one pure
 * function.
 *
 * @param step what is to be done
 * @param object the object's new state; with {@code REMOVE} its last one
 */
record DeletionPlan(Step step, JsonObject object) {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    /** What is to be done. */
    enum Step {
        /** The object goes away now. */
        REMOVE,
        /** The object is marked as being deleted and stays. */
        MARK,
        /** The object is being deleted already and nothing changes. */
        NOTHING
    }

    static DeletionPlan of(KindDefinition kind, JsonObject object, DeleteParameters parameters, Instant now) {
        ObjectView view = new ObjectView(object);
        List<String> finalizers = finalizers(kind, view, parameters);
        boolean held = !finalizers.isEmpty() || kind.holdsDeletion(view);
        Grace grace = Grace.of(kind, view, parameters, now);
        if (grace.pending) {
            return new DeletionPlan(Step.NOTHING, object);
        }
        JsonObject marked = finalizers.equals(view.finalizers()) ? object : withFinalizers(object, finalizers);
        if (grace.graceful) {
            marked = marked(kind, marked, grace.timestamp, Optional.of(grace.seconds));
            Step step = !held && grace.seconds == 0 ? Step.REMOVE : Step.MARK;
            return new DeletionPlan(step, marked);
        }
        if (!held) {
            return new DeletionPlan(Step.REMOVE, marked);
        }
        marked = markedWithoutGrace(kind, marked, now);
        return new DeletionPlan(marked.equals(object) ? Step.NOTHING : Step.MARK, marked);
    }

    /** Whether an update leaves nothing that keeps a deleted object alive. */
    static boolean isFinished(KindDefinition kind, JsonObject object) {
        ObjectView view = new ObjectView(object);
        return view.isBeingDeleted()
                && view.finalizers().isEmpty()
                && !kind.holdsDeletion(view)
                && view.number("metadata", "deletionGracePeriodSeconds").orElse(0L) == 0;
    }

    /** How much time an object has. {@code pending}: a graceful deletion is under way and not shortened. */
    private record Grace(boolean graceful, boolean pending, long seconds, String timestamp) {
        static final Grace NONE = new Grace(false, false, 0, "");

        static Grace of(KindDefinition kind, ObjectView object, DeleteParameters parameters, Instant now) {
            Optional<Long> requested = parameters.gracePeriodSeconds();
            if (object.isBeingDeleted()) {
                Optional<Long> running = object.number("metadata", "deletionGracePeriodSeconds");
                boolean graceful = kind.gracePeriodSeconds(object, requested).isPresent();
                if (!graceful || running.isEmpty()) {
                    return NONE;
                }
                if (requested.isEmpty() || requested.get() >= running.get()) {
                    return running.get() == 0 ? NONE : new Grace(false, true, 0, "");
                }
                Instant end = Instant.parse(object.text("metadata", "deletionTimestamp"))
                        .minusSeconds(running.get() - requested.get());
                return new Grace(true, false, requested.get(), ObjectMetadata.time(end));
            }
            return kind.gracePeriodSeconds(object, requested)
                    .map(seconds -> new Grace(true, false, seconds, ObjectMetadata.time(now.plusSeconds(seconds))))
                    .orElse(NONE);
        }
    }

    private static JsonObject marked(
            KindDefinition kind, JsonObject object, String timestamp, Optional<Long> graceSeconds) {
        ObjectView view = new ObjectView(object);
        JsonObject result = JsonTrees.set(object, JsonTrees.text(timestamp), "metadata", "deletionTimestamp");
        if (graceSeconds.isPresent()) {
            result = JsonTrees.set(
                    result, JsonTrees.number(graceSeconds.get()), "metadata", "deletionGracePeriodSeconds");
        }
        if (!view.isBeingDeleted() && view.generation() > 0) {
            result = JsonTrees.set(result, JsonTrees.number(view.generation() + 1), "metadata", "generation");
        }
        return view.isBeingDeleted() ? result : kind.prepareForDelete(result);
    }

    private static JsonObject markedWithoutGrace(KindDefinition kind, JsonObject object, Instant now) {
        ObjectView view = new ObjectView(object);
        if (view.isBeingDeleted()) {
            boolean zero = view.number("metadata", "deletionGracePeriodSeconds").orElse(0L) == 0;
            return zero ? object : JsonTrees.set(object, JsonTrees.number(0), "metadata", "deletionGracePeriodSeconds");
        }
        // Namespaces are held by a field of their own and, as upstream, carry no grace period.
        Optional<Long> grace = kind.holdsDeletion(view) ? Optional.empty() : Optional.of(0L);
        return marked(kind, object, ObjectMetadata.time(now), grace);
    }

    /** The finalizers with those that stand for the propagation policy. An explicit choice overrides what the object says. */
    private static List<String> finalizers(KindDefinition kind, ObjectView object, DeleteParameters parameters) {
        List<String> given = object.finalizers();
        boolean orphan = parameters.orphanDependents().orElseGet(() -> switch (parameters.policy()) {
            case "Orphan" -> true;
            case "Background", "Foreground" -> false;
            default ->
                given.contains(ORPHAN)
                        || (!given.contains(FOREGROUND)
                                && kind.defaultPropagationPolicy().equals("Orphan"));
        });
        boolean foreground = parameters.orphanDependents().isEmpty()
                && switch (parameters.policy()) {
                    case "Foreground" -> true;
                    case "Background", "Orphan" -> false;
                    default -> given.contains(FOREGROUND) && !given.contains(ORPHAN);
                };
        if (orphan == given.contains(ORPHAN) && foreground == given.contains(FOREGROUND)) {
            return given;
        }
        List<String> result = new ArrayList<>(given);
        result.removeAll(List.of(ORPHAN, FOREGROUND));
        if (orphan) {
            result.add(ORPHAN);
        }
        if (foreground) {
            result.add(FOREGROUND);
        }
        return result;
    }

    private static JsonObject withFinalizers(JsonObject object, List<String> finalizers) {
        return finalizers.isEmpty()
                ? JsonTrees.remove(object, "metadata", "finalizers")
                : JsonTrees.set(object, JsonTrees.texts(finalizers), "metadata", "finalizers");
    }
}
