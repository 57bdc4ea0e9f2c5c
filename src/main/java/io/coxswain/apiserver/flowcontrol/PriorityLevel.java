package io.coxswain.apiserver.flowcontrol;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;

/**
 * How many requests of a level run at once, and what becomes of the others. Immutable.
 *
 * @param exempt never held up
 * @param shares the level's part of the server's seats
 * @param lendablePercent of its seats, so many may others use while it does not need them
 * @param borrowingLimitPercent of its seats, so many more may it borrow; -1: as many as there are
 * @param queues 0: requests beyond the seats are turned away at once
 */
public record PriorityLevel(
        String name,
        String uid,
        boolean exempt,
        int shares,
        int lendablePercent,
        int borrowingLimitPercent,
        int queues,
        int handSize,
        int queueLengthLimit) {

    /** Reads a PriorityLevelConfiguration object that has passed validation. */
    public static PriorityLevel of(JsonObject tree) {
        ObjectView object = new ObjectView(tree);
        boolean exempt = object.text("spec", "type").equals("Exempt");
        String part = exempt ? "exempt" : "limited";
        boolean queue = object.text("spec", part, "limitResponse", "type").equals("Queue");
        return new PriorityLevel(
                object.name(),
                object.text("metadata", "uid"),
                exempt,
                number(object, exempt ? 0 : 30, "spec", part, "nominalConcurrencyShares"),
                number(object, 0, "spec", part, "lendablePercent"),
                number(object, -1, "spec", part, "borrowingLimitPercent"),
                queue ? number(object, 64, "spec", part, "limitResponse", "queuing", "queues") : 0,
                number(object, 8, "spec", part, "limitResponse", "queuing", "handSize"),
                number(object, 50, "spec", part, "limitResponse", "queuing", "queueLengthLimit"));
    }

    private static int number(ObjectView object, int otherwise, String... path) {
        return object.number(path).orElse((long) otherwise).intValue();
    }
}
