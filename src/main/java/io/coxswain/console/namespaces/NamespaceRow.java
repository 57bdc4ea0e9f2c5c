package io.coxswain.console.namespaces;

import io.coxswain.console.shell.Usage;
import java.io.Serializable;
import java.util.List;

/** A namespace with what runs in it and how full its fullest quotas are. */
public record NamespaceRow(
        String name, String phase, String created, long deployments, long pods, List<Usage> quotas, int hiddenQuotas)
        implements Serializable {
    public NamespaceRow {
        quotas = List.copyOf(quotas);
    }

    public boolean terminating() {
        return phase.equals("Terminating");
    }
}
