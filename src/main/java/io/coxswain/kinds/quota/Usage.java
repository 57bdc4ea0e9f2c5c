package io.coxswain.kinds.quota;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.quantity.Quantity;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Amounts by resource name, and the arithmetic that quotas need. Immutable; in name order. */
public record Usage(Map<String, Quantity> amounts) {
    public static final Usage NONE = new Usage(Map.of());

    public Usage {
        amounts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(amounts)));
    }

    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    public Usage plus(Usage other) {
        Map<String, Quantity> sum = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
        return new Usage(sum);
    }

    /** This less the other; nothing goes below zero. */
    public Usage minusDownToZero(Usage other) {
        Map<String, Quantity> rest = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> rest.computeIfPresent(name, (key, mine) -> {
            Quantity left = mine.subtract(amount);
            return left.signum() < 0 ? Quantity.ZERO : left;
        }));
        return new Usage(rest);
    }

    /** Only these names. */
    public Usage only(Collection<String> names) {
        Map<String, Quantity> some = new TreeMap<>(amounts);
        some.keySet().retainAll(names);
        return new Usage(some);
    }

    /** The same names, nothing of each. */
    public Usage zeroed() {
        Map<String, Quantity> zeros = new TreeMap<>(amounts);
        zeros.replaceAll((name, amount) -> Quantity.ZERO);
        return new Usage(zeros);
    }

    public Usage withoutZeros() {
        Map<String, Quantity> some = new TreeMap<>(amounts);
        some.values().removeIf(Quantity::isZero);
        return new Usage(some);
    }

    public List<String> negative() {
        return names(amount -> amount.signum() < 0);
    }

    /** The names of which this has more than the limit; what the limit does not name is not limited. */
    public List<String> beyond(Usage limit) {
        List<String> names = new ArrayList<>();
        amounts.forEach((name, amount) -> {
            Quantity most = limit.amounts.get(name);
            if (most != null && amount.compareTo(most) > 0) {
                names.add(name);
            }
        });
        return names;
    }

    private List<String> names(java.util.function.Predicate<Quantity> which) {
        return amounts.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** As a quota's {@code status.used} has it. */
    public JsonObject toJson() {
        Map<String, String> texts = new LinkedHashMap<>();
        amounts.forEach((name, amount) -> texts.put(name, amount.toString()));
        return JsonTrees.texts(texts);
    }

    /** As messages show it: {@code cpu=1,memory=2Gi}. */
    @Override
    public String toString() {
        return String.join(
                ",",
                amounts.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }
}
