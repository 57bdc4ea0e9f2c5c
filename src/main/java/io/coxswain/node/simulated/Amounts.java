package io.coxswain.node.simulated;

import io.coxswain.meta.quantity.Quantity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Amounts of resources as annotations give them: {@code cpu=8,memory=32Gi,example.com/gpu=4}. In the order in which they stand there. */
record Amounts(Map<String, Quantity> all) {
    static final Amounts NONE = new Amounts(Map.of());

    Amounts {
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    /** @throws IllegalArgumentException that says which of them is no amount */
    static Amounts parse(String text) {
        Map<String, Quantity> out = new LinkedHashMap<>();
        for (String each : text.isBlank() ? new String[0] : text.split(",")) {
            String[] sides = each.strip().split("=", 2);
            String name = sides[0].strip();
            try {
                Quantity amount = Quantity.parse(sides.length == 2 ? sides[1].strip() : "");
                if (name.isEmpty() || amount.signum() < 0) {
                    throw new IllegalArgumentException("negative");
                }
                out.put(name, amount);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"" + each.strip() + "\" is no amount such as memory=32Gi", e);
            }
        }
        return new Amounts(out);
    }
}
