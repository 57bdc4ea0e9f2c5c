package io.coxswain.scheduler.framework;

import java.util.List;

/**
 * A filter's answer for one node.
 *
 * @param reasons why not, worded as upstream; empty if the node fits
 * @param resolvable whether the removal of pods could change it
 */
public record Verdict(List<String> reasons, boolean resolvable) {
    public static final Verdict FITS = new Verdict(List.of(), true);

    public Verdict {
        reasons = List.copyOf(reasons);
    }

    /** Not now; if pods went, perhaps. */
    public static Verdict no(String... reasons) {
        return new Verdict(List.of(reasons), true);
    }

    /** Not whatever pods went. */
    public static Verdict never(String... reasons) {
        return new Verdict(List.of(reasons), false);
    }

    public boolean fits() {
        return reasons.isEmpty();
    }
}
