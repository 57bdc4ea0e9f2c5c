package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.SubresourceAlias;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.meta.GroupVersionResource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** {@code v1 Binding}: the old way to post {@code pods/binding}, with the pod's name in the body alone. */
@ApplicationScoped
public class BindingKind extends NamespacedKind implements SubresourceAlias {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    public BindingKind() {
        super(ResourceNames.of("", "v1", "Binding", "bindings"));
    }

    @Override
    public Set<String> verbs() {
        return Set.of("create");
    }

    @Override
    public GroupVersionResource target() {
        return PODS;
    }

    @Override
    public String subresource() {
        return "binding";
    }
}
