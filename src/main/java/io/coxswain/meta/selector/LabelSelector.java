package io.coxswain.meta.selector;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A set of requirements on labels, all of which must hold. Immutable. */
public final class LabelSelector {
    private static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
    private static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    private final List<LabelRequirement> requirements;
    private final boolean nothing;

    private LabelSelector(List<LabelRequirement> requirements, boolean nothing) {
        this.requirements = List.copyOf(requirements);
        this.nothing = nothing;
    }

    public static LabelSelector everything() {
        return EVERYTHING;
    }

    public static LabelSelector nothing() {
        return NOTHING;
    }

    /**
     * Reads the text of a {@code labelSelector} query parameter: {@code a=b,c!=d,e in (f,g),!h}.
     *
     * @throws ApiException 400 with upstream's message
     */
    public static LabelSelector parse(String text) {
        List<LabelRequirement> requirements = new LabelSelectorParser(text).parse();
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements, false);
    }

    /** Every one of these labels must be there with this value, as {@code ReplicationController} selects. */
    public static LabelSelector of(Map<String, String> labels) {
        List<LabelRequirement> requirements = new ArrayList<>();
        new TreeMap<>(labels)
                .forEach((key, value) ->
                        requirements.add(LabelRequirement.of(key, LabelRequirement.Operator.EQUALS, List.of(value))));
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements, false);
    }

    /**
     * Reads a {@code metav1.LabelSelector} with {@code matchLabels} and {@code matchExpressions}. None ({@code null})
     * selects nothing, an empty one everything.
     *
     * @throws ApiException 400 if an expression is not valid
     */
    public static LabelSelector of(@Nullable JsonObject selector) {
        if (selector == null) {
            return NOTHING;
        }
        ObjectView view = new ObjectView(selector);
        List<LabelRequirement> requirements = new ArrayList<>(of(view.texts("matchLabels")).requirements);
        for (ObjectView expression : view.items("matchExpressions")) {
            requirements.add(LabelRequirement.of(
                    expression.text("key"), operator(expression.text("operator")), expression.strings("values")));
        }
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements, false);
    }

    private static LabelRequirement.Operator operator(String name) {
        return switch (name) {
            case "In" -> LabelRequirement.Operator.IN;
            case "NotIn" -> LabelRequirement.Operator.NOT_IN;
            case "Exists" -> LabelRequirement.Operator.EXISTS;
            case "DoesNotExist" -> LabelRequirement.Operator.DOES_NOT_EXIST;
            default -> throw ApiException.badRequest("\"" + name + "\" is not a valid label selector operator");
        };
    }

    public boolean isEverything() {
        return requirements.isEmpty() && !nothing;
    }

    public List<LabelRequirement> requirements() {
        return requirements;
    }

    public boolean matches(Map<String, String> labels) {
        return matches(labels::get);
    }

    /** Matches the labels of an object as they stand in its tree. */
    public boolean matches(JsonObject labels) {
        return matches(key -> labels.get(key) instanceof JsonString text ? text.getString() : null);
    }

    private boolean matches(Function<String, @Nullable String> labels) {
        if (nothing) {
            return false;
        }
        for (LabelRequirement requirement : requirements) {
            if (!requirement.matches(labels.apply(requirement.key()))) {
                return false;
            }
        }
        return true;
    }

    /** The one value that a label must have, if the selector asks for just one. Lets callers use an index. */
    public Optional<String> exactValue(String key) {
        return requirements.stream()
                .filter(requirement -> requirement.key().equals(key)
                        && requirement.values().size() == 1
                        && switch (requirement.operator()) {
                            case EQUALS, DOUBLE_EQUALS, IN -> true;
                            default -> false;
                        })
                .map(requirement -> requirement.values().get(0))
                .findFirst();
    }

    /** The form of the query parameter. */
    @Override
    public String toString() {
        return String.join(
                ",", requirements.stream().map(LabelRequirement::toString).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSelector that && that.nothing == nothing && that.requirements.equals(requirements);
    }

    @Override
    public int hashCode() {
        return requirements.hashCode();
    }
}
