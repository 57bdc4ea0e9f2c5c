package io.coxswain.kinds.eventform;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The row of an event, worked out from its core/v1 form; both groups that show events use it. */
public final class EventRow {
    public static final List<TableColumn> COLUMNS = List.of(
            TableColumn.text("Last Seen"),
            TableColumn.text("Type"),
            TableColumn.text("Reason"),
            TableColumn.text("Object"),
            TableColumn.text("Subobject").wide(),
            TableColumn.text("Source").wide(),
            TableColumn.text("Message"),
            TableColumn.text("First Seen").wide(),
            TableColumn.text("Count").wide(),
            TableColumn.nameColumn().wide());

    private EventRow() {}

    public static List<JsonValue> cells(ObjectView event, Instant now) {
        String first = HumanDuration.since(firstNonEmpty(event.text("firstTimestamp"), event.text("eventTime")), now);
        String lastTimestamp = event.text("lastTimestamp");
        String last = lastTimestamp.isEmpty() ? first : HumanDuration.since(lastTimestamp, now);
        long count = Math.max(event.number("count").orElse(0L), 1);
        if (event.at("series").isPresent()) {
            last = HumanDuration.since(event.text("series", "lastObservedTime"), now);
            count = event.number("series", "count").orElse(0L);
        }
        String kind = event.text("involvedObject", "kind").toLowerCase(Locale.ROOT);
        String name = event.text("involvedObject", "name");
        return Cells.unnamed(event, now)
                .text(last)
                .text(event.text("type"))
                .text(event.text("reason"))
                .text(name.isEmpty() ? kind : kind + "/" + name)
                .text(event.text("involvedObject", "fieldPath"))
                .text(source(event))
                .text(event.text("message").strip())
                .text(first)
                .number(count)
                .text(event.name())
                .list();
    }

    private static String source(ObjectView event) {
        String component = firstNonEmpty(event.text("source", "component"), event.text("reportingComponent"));
        String instance = firstNonEmpty(event.text("source", "host"), event.text("reportingInstance"));
        return instance.isEmpty() ? component : component + ", " + instance;
    }

    private static String firstNonEmpty(String one, String other) {
        return one.isEmpty() ? other : one;
    }
}
