package io.coxswain.node.podworker;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.TaskEvent;
import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.PodSandbox;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pod life-cycle event generator: tells which pods have changed in the runtime. Events of the runtime make it quick,
 * a list every few seconds makes it certain.
 */
final class Pleg {

    private static final System.Logger LOG = System.getLogger(Pleg.class.getName());
    private static final long RELIST_MILLIS = 3000;
    private static final long RESUBSCRIBE_MILLIS = 1000;

    private final ContainerRuntime cri;
    private final ScheduledExecutorService timer;
    private final Executor executor;
    private final Consumer<String> changed;
    private final AtomicInteger requested = new AtomicInteger();
    private volatile Map<String, String> pods = Map.of();
    private volatile Map<String, String> owners = Map.of();
    private volatile boolean closed;
    private volatile @Nullable AutoCloseable subscription;

    /** {@code changed}: told the uid of each pod that changed, on an executor's thread. */
    Pleg(ContainerRuntime cri, ScheduledExecutorService timer, Executor executor, Consumer<String> changed) {
        this.cri = cri;
        this.timer = timer;
        this.executor = executor;
        this.changed = changed;
    }

    void start() {
        subscribe();
        tick();
    }

    /** Uids of the pods of which the runtime held something when it was last asked. */
    Set<String> pods() {
        return Set.copyOf(pods.keySet());
    }

    void close() {
        closed = true;
        AutoCloseable open = subscription;
        if (open != null) {
            try {
                open.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, "event stream not closed cleanly", e);
            }
        }
    }

    private void subscribe() {
        if (!closed) {
            subscription = cri.subscribe(this::onEvent, failure -> {
                if (!closed) {
                    LOG.log(System.Logger.Level.DEBUG, "containerd event stream broke: {0}", failure.getMessage());
                    timer.schedule(() -> executor.execute(this::subscribe), RESUBSCRIBE_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }
    }

    private void onEvent(TaskEvent event) {
        if (event.topic().equals("/tasks/start")) {
            // We know what we start ourselves.
            return;
        }
        String uid = owners.get(event.containerId());
        if (uid != null) {
            executor.execute(() -> changed.accept(uid));
        } else {
            relistSoon();
        }
    }

    private void tick() {
        if (!closed) {
            relistSoon();
            timer.schedule(this::tick, RELIST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void relistSoon() {
        // One runs, at most one more waits: it will see all that happened until then.
        if (requested.getAndUpdate(n -> Math.min(2, n + 1)) == 0) {
            executor.execute(this::relistAll);
        }
    }

    private void relistAll() {
        do {
            requested.set(1);
            if (closed) {
                return;
            }
            try {
                relist();
            } catch (CriException e) {
                LOG.log(System.Logger.Level.DEBUG, "relist failed: {0}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "relist failed", e);
            }
        } while (!requested.compareAndSet(1, 0));
    }

    private void relist() {
        Map<String, TreeSet<String>> found = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        for (PodSandbox each : cri.listPodSandboxes(Map.of())) {
            note(found, ids, each.getLabelsMap().get(CriLabels.POD_UID), each.getId(), each.getStateValue());
        }
        for (Container each : cri.listContainers(Map.of())) {
            note(found, ids, each.getLabelsMap().get(CriLabels.POD_UID), each.getId(), each.getStateValue());
        }
        Map<String, String> now = new HashMap<>();
        found.forEach((uid, entries) -> now.put(uid, String.join(",", entries)));
        Map<String, String> before = pods;
        owners = ids;
        pods = now;
        Set<String> all = new TreeSet<>(before.keySet());
        all.addAll(now.keySet());
        for (String uid : all) {
            if (!Objects.equals(before.get(uid), now.get(uid))) {
                changed.accept(uid);
            }
        }
    }

    private static void note(
            Map<String, TreeSet<String>> found, Map<String, String> ids, @Nullable String uid, String id, int state) {
        if (uid != null) {
            found.computeIfAbsent(uid, k -> new TreeSet<>()).add(id + "=" + state);
            ids.put(id, uid);
        }
    }
}
