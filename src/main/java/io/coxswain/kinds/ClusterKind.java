package io.coxswain.kinds;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.ResourceNames;

/** A kind whose objects belong to the cluster, not to a namespace. */
public abstract class ClusterKind implements KindDefinition {
    private final ResourceNames names;

    protected ClusterKind(ResourceNames names) {
        this.names = names;
    }

    @Override
    public ResourceNames names() {
        return names;
    }

    @Override
    public boolean namespaced() {
        return false;
    }
}
