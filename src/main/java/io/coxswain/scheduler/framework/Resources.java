package io.coxswain.scheduler.framework;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Amounts by resource name: CPU in thousandths, everything else in whole units. Immutable; an absent name is zero. */
public final class Resources {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";
    public static final String PODS = "pods";
    public static final Resources NONE = new Resources(Map.of());

    private final Map<String, Long> amounts;

    // What is asked of every node for every pod; a map's lookups would be a third of a scheduling cycle.
    private final long cpu;
    private final long memory;
    private final long pods;

    public Resources(Map<String, Long> amounts) {
        this.amounts = Map.copyOf(amounts);
        this.cpu = this.amounts.getOrDefault(CPU, 0L);
        this.memory = this.amounts.getOrDefault(MEMORY, 0L);
        this.pods = this.amounts.getOrDefault(PODS, 0L);
    }

    public Map<String, Long> amounts() {
        return amounts;
    }

    /** Reads quantities; fractions are rounded up. */
    public static Resources of(@Nullable Map<String, Quantity> quantities) {
        if (quantities == null || quantities.isEmpty()) {
            return NONE;
        }
        Map<String, Long> amounts = new HashMap<>();
        quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        return new Resources(amounts);
    }

    private static long amount(String name, Quantity quantity) {
        BigDecimal value = quantity.getNumericalAmount();
        BigDecimal scaled = name.equals(CPU) ? value.movePointRight(3) : value;
        return scaled.setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    public long get(String name) {
        return switch (name) {
            case CPU -> cpu;
            case MEMORY -> memory;
            case PODS -> pods;
            default -> amounts.getOrDefault(name, 0L);
        };
    }

    public Resources plus(Resources other) {
        return combine(other, Math::addExact);
    }

    public Resources minus(Resources other) {
        return combine(other, (a, b) -> a - b);
    }

    /** The larger of each. */
    public Resources max(Resources other) {
        return combine(other, Math::max);
    }

    /** These amounts, where the other has a say the other's. */
    public Resources overriddenBy(Resources other) {
        Map<String, Long> result = new HashMap<>(amounts);
        result.putAll(other.amounts);
        return new Resources(result);
    }

    private Resources combine(Resources other, LongBinaryOperator operator) {
        if (other.amounts.isEmpty()) {
            return this;
        }
        Map<String, Long> result = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> result.put(name, operator.applyAsLong(get(name), amount)));
        return new Resources(result);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resources resources && amounts.equals(resources.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    @Override
    public String toString() {
        return amounts.toString();
    }
}
