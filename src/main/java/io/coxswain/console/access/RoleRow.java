package io.coxswain.console.access;

import java.io.Serializable;
import java.util.List;

/** A role or cluster role. {@code namespace} is {@code ""} for a cluster role; holders are who is bound to it. */
public record RoleRow(String kind, String namespace, String name, List<Rule> rules, List<Holder> holders)
        implements Serializable {
    public RoleRow {
        rules = List.copyOf(rules);
        holders = List.copyOf(holders);
    }
}
