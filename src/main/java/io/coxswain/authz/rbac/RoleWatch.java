package io.coxswain.authz.rbac;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RoleIndex.Kind;
import io.coxswain.authz.rbac.RoleIndex.Name;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informer;
import io.coxswain.client.ResourceType;
import io.coxswain.client.SharedInformers;
import io.coxswain.client.Timers;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;

/**
 * Keeps the {@link RoleIndex} current. It has informers of its own: the shared ones ask as a user whose rights stand in this
 * very index, while these ask as {@code system:apiserver}, a member of {@code system:masters}.
 */
public final class RoleWatch implements AutoCloseable {

    private final SharedInformers informers;
    private final RoleIndex index;

    public RoleWatch(ApiClients clients, RoleIndex index, Timers timers) {
        this.informers = new SharedInformers(clients.as(UserInfo.API_SERVER, "rbac-authorizer"), timers);
        this.index = index;
    }

    /** Begins to list and watch all four kinds; see {@link #hasSynced}. */
    public void start() {
        for (Kind kind : Kind.values()) {
            GroupVersionResource resource =
                    new GroupVersionResource("rbac.authorization.k8s.io", "v1", kind.resource());
            Informer<JsonObject> informer =
                    informers.informer(new ResourceType<>(resource, kind.kind(), kind.namespaced(), JsonObject.class));
            informer.addHandler(new Feed(kind));
        }
    }

    /** Whether the index is complete. */
    public boolean hasSynced() {
        return informers.allSynced();
    }

    @Override
    public void close() {
        informers.close();
    }

    private final class Feed implements Informer.Handler<JsonObject> {
        private final Kind kind;

        Feed(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void onAdd(JsonObject object) {
            index.put(kind, new ObjectView(object));
        }

        @Override
        public void onUpdate(JsonObject old, JsonObject now) {
            index.put(kind, new ObjectView(now));
        }

        @Override
        public void onDelete(JsonObject last) {
            ObjectView view = new ObjectView(last);
            index.remove(kind, new Name(view.namespace(), view.name()));
        }
    }
}
