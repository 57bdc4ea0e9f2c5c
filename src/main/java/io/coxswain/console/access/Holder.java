package io.coxswain.console.access;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;

/** A subject of a binding, and where the binding gives its role: {@code ""} for the whole cluster. */
public record Holder(String kind, String subject, String scope) implements Serializable {
    static Holder of(ObjectView subject, String scope) {
        String name = subject.text("name");
        return new Holder(
                subject.text("kind"),
                subject.text("kind").equals("ServiceAccount") ? subject.text("namespace") + "/" + name : name,
                scope);
    }

    public String icon() {
        return switch (kind) {
            case "Group" -> "pi-users";
            case "ServiceAccount" -> "pi-cog";
            default -> "pi-user";
        };
    }
}
