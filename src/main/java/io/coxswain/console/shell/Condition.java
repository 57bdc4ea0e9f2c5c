package io.coxswain.console.shell;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.List;

/** A condition of an object's status; {@code since} is an API timestamp. */
public record Condition(String type, String status, String reason, String message, String since)
        implements Serializable {
    public static List<Condition> of(ObjectView object) {
        return object.items("status", "conditions").stream()
                .map(each -> new Condition(
                        each.text("type"),
                        each.text("status"),
                        each.text("reason"),
                        each.text("message"),
                        each.text("lastTransitionTime")))
                .toList();
    }
}
