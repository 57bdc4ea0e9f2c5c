package io.coxswain.console.shell;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/** An event as lists show it; {@code last} is an API timestamp. */
public record EventRow(
        String namespace, String type, String reason, String message, String kind, String name, long count, String last)
        implements Serializable {

    public static EventRow of(ObjectView event) {
        long count =
                event.number("series", "count").orElse(event.number("count").orElse(1L));
        return new EventRow(
                event.namespace(),
                event.text("type"),
                event.text("reason"),
                event.text("message"),
                event.text("involvedObject", "kind"),
                event.text("involvedObject", "name"),
                Math.max(1, count),
                newestTime(event));
    }

    /** The newest first. */
    public static List<EventRow> newest(List<ObjectView> events, int limit) {
        return events.stream()
                .map(EventRow::of)
                .sorted(Comparator.comparing(EventRow::last).reversed())
                .limit(limit)
                .toList();
    }

    private static String newestTime(ObjectView event) {
        for (String time : List.of(
                event.text("series", "lastObservedTime"),
                event.text("lastTimestamp"),
                event.text("eventTime"),
                event.text("firstTimestamp"))) {
            if (!time.isEmpty()) {
                return time;
            }
        }
        return event.text("metadata", "creationTimestamp");
    }

    public boolean isWarning() {
        return type.equals("Warning");
    }
}
