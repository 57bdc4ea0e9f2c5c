package io.coxswain.apiserver.node;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import jakarta.enterprise.inject.Instance;
import java.util.Set;

/** What the connections to pods have in common. */
abstract class PodConnection implements Subresource.Connect {
    static final GroupResource PODS = new GroupResource("", "pods");

    private final String name;
    private final GroupVersionKind kind;
    private final Set<String> verbs;

    PodConnection(String name, String kind, Set<String> verbs) {
        this.name = name;
        this.kind = new GroupVersionKind("", "v1", kind);
        this.verbs = verbs;
    }

    @Override
    public GroupResource parent() {
        return PODS;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupVersionKind kind() {
        return kind;
    }

    @Override
    public Set<String> verbs() {
        return verbs;
    }

    /** @throws ApiException 503 if this server knows no way to nodes */
    static KubeletConnections way(Instance<KubeletConnections> connections) {
        if (connections.isUnsatisfied()) {
            throw ApiException.unavailable("this server has no connection to nodes");
        }
        return connections.get();
    }
}
