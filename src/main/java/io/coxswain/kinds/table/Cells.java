package io.coxswain.kinds.table;

import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Collects the cells of one row. What is absent shows as {@code <none>}, as upstream's printers do. */
public final class Cells {
    public static final String NONE = "<none>";
    public static final String UNKNOWN = "<unknown>";

    private final ObjectView object;
    private final Instant now;
    private final List<JsonValue> cells = new ArrayList<>();

    private Cells(ObjectView object, Instant now) {
        this.object = object;
        this.now = now;
    }

    /** A row that starts with the object's name. */
    public static Cells named(ObjectView object, Instant now) {
        return unnamed(object, now).text(object.name());
    }

    public static Cells unnamed(ObjectView object, Instant now) {
        return new Cells(object, now);
    }

    public Cells text(String text) {
        cells.add(JsonTrees.text(text));
        return this;
    }

    public Cells textOrNone(String text) {
        return text(text.isEmpty() ? NONE : text);
    }

    public Cells number(long number) {
        cells.add(JsonTrees.number(number));
        return this;
    }

    public Cells flag(boolean flag) {
        cells.add(flag ? JsonValue.TRUE : JsonValue.FALSE);
        return this;
    }

    /** The time since the object was made. */
    public Cells age() {
        return since(object.text("metadata", "creationTimestamp"));
    }

    public Cells since(String timestamp) {
        return text(HumanDuration.since(timestamp, now));
    }

    /** How long something took, or has taken while {@code end} is empty; nothing if it has not started. */
    public Cells duration(String start, String end) {
        return text(
                start.isEmpty() ? "" : HumanDuration.since(start, instant(end).orElse(now)));
    }

    /** The names and the images of a pod spec's containers, as two cells. */
    public Cells containers(List<ObjectView> containers) {
        text(String.join(",", containers.stream().map(each -> each.text("name")).toList()));
        return text(String.join(
                ",", containers.stream().map(each -> each.text("image")).toList()));
    }

    public List<JsonValue> list() {
        return List.copyOf(cells);
    }

    /** Labels as {@code key=value,...} in key order. */
    public static String labels(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return NONE;
        }
        List<String> parts = new ArrayList<>();
        new TreeMap<>(labels).forEach((key, value) -> parts.add(key + "=" + value));
        return String.join(",", parts);
    }

    /** A label selector in its string form: {@code app=web,tier in (a,b),!legacy}. */
    public static String selector(ObjectView selector) {
        if (selector.json().isEmpty()) {
            return NONE;
        }
        TreeMap<String, String> parts = new TreeMap<>();
        selector.texts("matchLabels").forEach((key, value) -> parts.merge(key, key + "=" + value, Cells::join));
        for (ObjectView expression : selector.items("matchExpressions")) {
            String key = expression.text("key");
            String values = String.join(
                    ",", expression.strings("values").stream().sorted().toList());
            String part = switch (expression.text("operator")) {
                case "In" -> key + " in (" + values + ")";
                case "NotIn" -> key + " notin (" + values + ")";
                case "Exists" -> key;
                case "DoesNotExist" -> "!" + key;
                default -> "<error>";
            };
            parts.merge(key, part, Cells::join);
        }
        return parts.isEmpty() ? NONE : String.join(",", parts.values());
    }

    /** The time in a text of RFC 3339; empty if it is none. */
    public static Optional<Instant> instant(String timestamp) {
        try {
            return timestamp.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(timestamp));
        } catch (java.time.DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /** The object's controlling owner as {@code statefulset.apps/web}; {@code ""} if it has none. */
    public static String controller(ObjectView object) {
        for (ObjectView owner : object.items("metadata", "ownerReferences")) {
            if (owner.flag("controller").orElse(false)) {
                String group = owner.gvk().group();
                String kind = owner.kind().toLowerCase(java.util.Locale.ROOT);
                return kind + (group.isEmpty() ? "" : "." + group) + "/" + owner.text("name");
            }
        }
        return "";
    }

    /** The first few of many, joined: {@code a,b,c + 2 more...}. */
    public static String some(List<String> all, int shown) {
        String joined = String.join(",", all.subList(0, Math.min(shown, all.size())));
        return all.size() > shown ? joined + " + " + (all.size() - shown) + " more..." : joined;
    }

    private static String join(String one, String other) {
        return one + "," + other;
    }
}
