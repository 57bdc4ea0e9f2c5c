package io.coxswain.kinds.eventform;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Checks events in their stored form. Those of the old kind have no {@code eventTime}, and hardly any rules. */
public final class EventRules {
    private static final int MAX_FIELD = 128;
    private static final int MAX_MESSAGE = 1024;
    private static final List<String> NEVER_CHANGE = List.of(
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "reportingComponent",
            "reportingInstance",
            "type",
            "eventTime",
            "action",
            "related");

    private EventRules() {}

    /** What both groups ask for. */
    public static List<FieldError> common(ObjectView event, String reportingField) {
        Check check = new Check();
        String about = event.text("involvedObject", "namespace");
        String namespace = event.namespace();
        boolean old = event.text("eventTime").isEmpty();
        boolean cluster = namespace.isEmpty() || namespace.equals("default");
        boolean fits = about.isEmpty()
                ? cluster || (!old && namespace.equals("kube-system"))
                : !old || about.equals(namespace);
        if (!fits) {
            check.invalid(FieldPath.of("involvedObject", "namespace"), about, "does not match event.namespace");
        }
        if (!old) {
            String controller = event.text("reportingComponent");
            FieldPath reporting = FieldPath.of(reportingField);
            if (controller.isEmpty()) {
                check.required(reporting);
            }
            check.qualifiedName(reporting, controller);
            bounded(check, event, "reportingInstance");
            bounded(check, event, "action");
            bounded(check, event, "reason");
            if (event.text("message").length() > MAX_MESSAGE) {
                check.invalid(FieldPath.of("message"), "", "can have at most " + MAX_MESSAGE + " characters");
            }
        }
        return check.errors();
    }

    private static void bounded(Check check, ObjectView event, String field) {
        int length = event.text(field).length();
        if (length == 0) {
            check.required(FieldPath.of(field));
        } else if (length > MAX_FIELD) {
            check.invalid(FieldPath.of(field), "", "can have at most " + MAX_FIELD + " characters");
        }
    }

    /** What events.k8s.io/v1 asks for beyond {@link #common}. */
    public static List<FieldError> strict(ObjectView event) {
        Check check = new Check();
        if (event.text("eventTime").isEmpty()) {
            check.required(FieldPath.of("eventTime"));
        }
        String type = event.text("type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            check.invalid(FieldPath.of("type"), "", "has invalid value: " + type);
        }
        for (String field : new String[] {"firstTimestamp", "lastTimestamp", "count"}) {
            if (event.at(field).isPresent()) {
                check.invalid(FieldPath.of(field), "", "needs to be unset");
            }
        }
        if (!event.object("source").isEmpty()) {
            check.invalid(FieldPath.of("source"), "", "needs to be unset");
        }
        event.at("series").ifPresent(series -> {
            if (event.number("series", "count").orElse(0L) < 2) {
                check.invalid(FieldPath.of("series", "count"), "", "should be at least 2");
            }
            if (event.text("series", "lastObservedTime").isEmpty()) {
                check.required(FieldPath.of("series", "lastObservedTime"));
            }
        });
        return check.errors();
    }

    /** An event of events.k8s.io/v1 may only be counted on. */
    public static List<FieldError> changes(ObjectView now, ObjectView old) {
        List<FieldError> errors = new ArrayList<>();
        for (String field : NEVER_CHANGE) {
            if (!Objects.equals(now.json().get(field), old.json().get(field))) {
                errors.add(FieldError.invalid(
                        FieldPath.of(field), now.at(field).orElse(jakarta.json.JsonValue.NULL), Check.IMMUTABLE));
            }
        }
        return errors;
    }
}
