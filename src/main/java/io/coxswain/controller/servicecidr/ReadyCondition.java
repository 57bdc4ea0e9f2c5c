package io.coxswain.controller.servicecidr;

import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The condition by which a ServiceCIDR says whether addresses are given out of it. */
record ReadyCondition(boolean ready, String reason, String message) {
    private static final String TYPE = "Ready";

    static Optional<ObjectView> of(ObjectView cidr) {
        return cidr.items("status", "conditions").stream()
                .filter(condition -> condition.text("type").equals(TYPE))
                .findFirst();
    }

    /** Whether the object says so already, whatever the words. */
    boolean isOn(ObjectView cidr) {
        return of(cidr).filter(known -> known.text("status").equals(status())
                        && known.text("reason").equals(reason))
                .isPresent();
    }

    /** The object with this condition. */
    JsonObject on(ObjectView cidr, Instant now) {
        String since = of(cidr).filter(known -> known.text("status").equals(status()))
                .map(known -> known.text("lastTransitionTime"))
                .orElseGet(() -> Timestamps.of(now));
        JsonObject mine = JsonTrees.object()
                .add("type", TYPE)
                .add("status", status())
                .add("lastTransitionTime", since)
                .add("reason", reason)
                .add("message", message)
                .build();
        List<JsonValue> all = new ArrayList<>();
        cidr.items("status", "conditions").stream()
                .filter(condition -> !condition.text("type").equals(TYPE))
                .forEach(condition -> all.add(condition.json()));
        all.add(mine);
        return JsonTrees.set(cidr.json(), JsonTrees.array(all), "status", "conditions");
    }

    private String status() {
        return ready ? "True" : "False";
    }
}
