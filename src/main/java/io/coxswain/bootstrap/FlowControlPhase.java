package io.coxswain.bootstrap;

import io.coxswain.apiserver.flowcontrol.FlowController;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.objects.FlowControlObjects;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the objects of flow control and keeps them, and lets those that are stored take effect as they change. */
@ApplicationScoped
public class FlowControlPhase implements StartPhase {
    private static final Duration KEEP_EVERY = Duration.ofMinutes(1);
    private static final System.Logger LOG = System.getLogger(FlowControlPhase.class.getName());

    @Inject
    private ApiClients clients;

    @Inject
    private Informers informers;

    @Inject
    private FlowController controller;

    @Inject
    private ScheduledExecutorService scheduler;

    private @Nullable ScheduledFuture<?> keeping;

    private final FlowControlObjects objects = new FlowControlObjects();

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public FlowControlPhase() {}

    @Override
    public String name() {
        return "priority-and-fairness";
    }

    @Override
    public int order() {
        return DEFAULT_OBJECTS + 20;
    }

    @Override
    public void start() {
        ApiClient self = clients.as(UserInfo.API_SERVER, "bootstrap");
        objects.ensure(self);
        keeping = scheduler.scheduleWithFixedDelay(
                () -> keep(self), KEEP_EVERY.toMillis(), KEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        Map<String, JsonObject> schemas = new ConcurrentHashMap<>();
        Map<String, JsonObject> levels = new ConcurrentHashMap<>();
        Runnable changed = () -> apply(schemas.values(), levels.values());
        follow(FlowControlObjects.LEVELS, levels, changed);
        follow(FlowControlObjects.SCHEMAS, schemas, changed);
    }

    /** A failure must not end the timer. */
    private void keep(ApiClient self) {
        try {
            objects.ensure(self);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the objects of flow control could not be kept", e);
        }
    }

    @Override
    public void stop() {
        ScheduledFuture<?> running = keeping;
        if (running != null) {
            running.cancel(false);
        }
    }

    private synchronized void apply(Collection<JsonObject> schemas, Collection<JsonObject> levels) {
        controller.configure(objects.schemas(schemas), objects.levels(levels));
    }

    private void follow(ResourceType<JsonObject> type, Map<String, JsonObject> known, Runnable changed) {
        informers.informer(type).addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(JsonObject object) {
                known.put(name(object), object);
                changed.run();
            }

            @Override
            public void onUpdate(JsonObject old, JsonObject now) {
                onAdd(now);
            }

            @Override
            public void onDelete(JsonObject last) {
                known.remove(name(last));
                changed.run();
            }
        });
    }

    private static String name(JsonObject object) {
        return object.getJsonObject("metadata").getString("name");
    }
}
