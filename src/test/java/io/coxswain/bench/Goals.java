package io.coxswain.bench;

import java.util.EnumMap;
import java.util.Map;

/** The goals that this run could measure. */
final class Goals {
    private final Map<Goal, Double> figures = new EnumMap<>(Goal.class);

    void measured(Goal goal, double figure) {
        figures.put(goal, figure);
    }

    void print(Options options) {
        System.out.println();
        if (options.number("scale", 1) != 1) {
            System.out.printf("The sizes of this run were 1/%s of those below.%n%n", options.text("scale", "1"));
        }
        System.out.println("| goal | wanted | measured | |");
        System.out.println("|---|---|---|---|");
        for (Goal goal : Goal.values()) {
            Double figure = figures.get(goal);
            System.out.println(figure == null ? goal.row() : goal.row(figure));
        }
    }
}
