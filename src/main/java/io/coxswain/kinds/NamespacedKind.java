package io.coxswain.kinds;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.ResourceNames;

/** A kind whose objects live in namespaces. */
public abstract class NamespacedKind implements KindDefinition {
    private final ResourceNames names;

    protected NamespacedKind(ResourceNames names) {
        this.names = names;
    }

    @Override
    public ResourceNames names() {
        return names;
    }

    @Override
    public boolean namespaced() {
        return true;
    }
}
