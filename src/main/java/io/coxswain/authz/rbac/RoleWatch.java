package io.coxswain.authz.rbac;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RoleIndex.Kind;
import io.coxswain.authz.rbac.RoleIndex.Name;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ObjectList;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.WatchListener;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Fills the {@link RoleIndex} by list and watch. It does not use the shared informers: those ask as a user whose rights stand
 * in this very index, while this asks as {@code system:apiserver}, a member of {@code system:masters}.
 */
public final class RoleWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RoleWatch.class.getName());
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final UserInfo READER =
            UserInfo.of("system:apiserver", UserInfo.GROUP_MASTERS, UserInfo.GROUP_AUTHENTICATED);
    private static final int RETRY_SECONDS = 1;

    private final ApiClients clients;
    private final RoleIndex index;
    private final ScheduledExecutorService executor;
    private final List<KindWatch> watches = new ArrayList<>();

    public RoleWatch(ApiClients clients, RoleIndex index, ScheduledExecutorService executor) {
        this.clients = clients;
        this.index = index;
        this.executor = executor;
    }

    /** Lists all four kinds and watches them from then on; when this returns the index is complete. */
    public synchronized void start() {
        for (Kind kind : Kind.values()) {
            KindWatch watch = new KindWatch(kind);
            watches.add(watch);
            watch.listAndWatch();
        }
    }

    @Override
    public synchronized void close() {
        watches.forEach(KindWatch::close);
        watches.clear();
    }

    private final class KindWatch implements WatchListener<JsonObject> {
        private final Kind kind;
        private final ResourceClient<JsonObject> client;
        private boolean closed;
        private Optional<AutoCloseable> open = Optional.empty();

        KindWatch(Kind kind) {
            this.kind = kind;
            this.client = clients.as(READER, "rbac-authorizer")
                    .resource(new GroupVersionResource(GROUP, "v1", kind.resource()), kind.kind(), kind.namespaced());
        }

        synchronized void listAndWatch() {
            if (closed) {
                return;
            }
            ObjectList<JsonObject> list = client.list("", ListOptions.ALL);
            index.replace(kind, list.items().stream().map(ObjectView::new).toList());
            open = Optional.of(client.watch("", new ListOptions("", "", list.resourceVersion(), 0, ""), this));
        }

        @Override
        public void onEvent(String type, JsonObject object) {
            ObjectView view = new ObjectView(object);
            if (type.equals("DELETED")) {
                index.remove(kind, new Name(view.namespace(), view.name()));
            } else {
                index.put(kind, view);
            }
        }

        @Override
        public void onClose(Optional<ApiException> error) {
            executor.schedule(this::restart, error.isPresent() ? RETRY_SECONDS : 0, TimeUnit.SECONDS);
        }

        private void restart() {
            try {
                listAndWatch();
            } catch (RuntimeException e) {
                // Decisions go on from what is known; the next try comes soon.
                LOG.log(Level.WARNING, "cannot list " + kind.resource() + ", retrying", e);
                executor.schedule(this::restart, RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }

        synchronized void close() {
            closed = true;
            open.ifPresent(watch -> {
                try {
                    watch.close();
                } catch (Exception e) {
                    LOG.log(Level.DEBUG, "closing the watch of " + kind.resource(), e);
                }
            });
        }
    }
}
