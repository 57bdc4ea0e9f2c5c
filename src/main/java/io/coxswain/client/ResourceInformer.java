package io.coxswain.client;

import io.coxswain.meta.ApiException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists, then watches; lists again when the server no longer has the history (410) and retries with back-off when it fails,
 * as upstream's reflector does. One lock keeps the order in which handlers are told, another guards the cache: readers never wait
 * for a handler.
 */
final class ResourceInformer<T> implements Informer<T>, Lister<T> {
    private static final System.Logger LOG = System.getLogger(ResourceInformer.class.getName());
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(800);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(30);

    private final ResourceClient<T> resource;
    private final ResourceType<T> type;
    private final String namespace;
    private final ListOptions options;
    private final Timers timers;

    /** Held while changes are told, one after another. Taken before this informer's own lock, which is never held meanwhile. */
    private final Object telling = new Object();

    /** Namespace → name → object. */
    private final Map<String, TreeMap<String, T>> objects = new HashMap<>();

    private final Map<String, Index<T>> indexes = new HashMap<>();
    /** Guarded by {@link #telling}. */
    private final List<Handler<T>> handlers = new ArrayList<>();

    private String resourceVersion = "";
    private Duration backoff = FIRST_BACKOFF;
    private boolean synced;
    /** Whether the open watch has delivered anything. */
    private boolean heard;

    private boolean stopped;
    private @Nullable AutoCloseable watch;

    ResourceInformer(
            ResourceClient<T> resource, ResourceType<T> type, String namespace, ListOptions options, Timers timers) {
        this.resource = resource;
        this.type = type;
        this.namespace = namespace;
        this.options = options;
        this.timers = timers;
    }

    void start() {
        timers.now(this::listAndWatch);
    }

    void stop() {
        AutoCloseable open;
        synchronized (this) {
            stopped = true;
            open = watch;
            watch = null;
        }
        closeQuietly(open);
    }

    private void closeQuietly(@Nullable AutoCloseable open) {
        if (open != null) {
            try {
                open.close();
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "event=watch-close-failed resource=" + type.gvr(), e);
            }
        }
    }

    private void listAndWatch() {
        try {
            ObjectList<T> list = resource.list(namespace, options);
            replaceAll(list.items());
            synchronized (this) {
                resourceVersion = list.resourceVersion();
                synced = true;
                backoff = FIRST_BACKOFF;
            }
            openWatch();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, () -> "event=list-failed resource=" + type.gvr() + " error=" + e.getMessage());
            retry(this::listAndWatch);
        }
    }

    private void openWatch() {
        String from;
        synchronized (this) {
            if (stopped) {
                return;
            }
            from = resourceVersion;
            heard = false;
        }
        ListOptions watchOptions = new ListOptions(options.labelSelector(), options.fieldSelector(), from, 0, "");
        try {
            AutoCloseable open = resource.watch(namespace, watchOptions, new Listener());
            boolean tooLate;
            synchronized (this) {
                tooLate = stopped;
                watch = open;
            }
            if (tooLate) {
                closeQuietly(open);
            }
        } catch (ApiException e) {
            watchEnded(Optional.of(e));
        }
    }

    private void watchEnded(Optional<ApiException> error) {
        if (error.isEmpty()) {
            // A server that closes each watch at once must not be asked in a tight loop.
            timers.after(heardSomething() ? Duration.ZERO : FIRST_BACKOFF, this::openWatch);
        } else if (error.get().isExpired()) {
            LOG.log(Level.DEBUG, () -> "event=relist resource=" + type.gvr());
            timers.now(this::listAndWatch);
        } else {
            LOG.log(
                    Level.WARNING,
                    () -> "event=watch-failed resource=" + type.gvr() + " error="
                            + error.get().getMessage());
            // A listener may have lost an event half way: only a list is certain to mend that.
            retry(error.get().code() == 500 ? this::listAndWatch : this::openWatch);
        }
    }

    private synchronized boolean heardSomething() {
        return heard;
    }

    private void retry(Runnable task) {
        Duration delay;
        synchronized (this) {
            if (stopped) {
                return;
            }
            delay = backoff.plusMillis(ThreadLocalRandom.current().nextLong(backoff.toMillis() + 1));
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
        }
        timers.after(delay, task);
    }

    /** Hears one watch; a watch that begins after this one's end has a listener of its own. */
    private final class Listener implements WatchListener<T> {
        @Override
        public void onEvent(String eventType, T object) {
            apply(eventType, object);
        }

        @Override
        public void onBookmark(String version) {
            synchronized (ResourceInformer.this) {
                resourceVersion = version;
                heard = true;
            }
        }

        @Override
        public void onClose(Optional<ApiException> error) {
            watchEnded(error);
        }
    }

    private void apply(String eventType, T object) {
        ObjectCodec.Identity id = ObjectCodec.identity(object);
        synchronized (telling) {
            if (eventType.equals("DELETED")) {
                forget(id.key(), object);
            } else {
                store(id, object);
            }
            synchronized (this) {
                resourceVersion = id.resourceVersion();
                heard = true;
                backoff = FIRST_BACKOFF;
            }
        }
    }

    /** A relist shows the newest state only: an object that was replaced by another of its name is a deletion and an addition. */
    private void replaceAll(List<T> items) {
        Map<Key, T> listed = new LinkedHashMap<>();
        items.forEach(item -> listed.put(ObjectCodec.identity(item).key(), item));
        synchronized (telling) {
            for (T known : list("")) {
                Key key = ObjectCodec.identity(known).key();
                if (!listed.containsKey(key)) {
                    forget(key, known);
                }
            }
            listed.values().forEach(item -> {
                ObjectCodec.Identity id = ObjectCodec.identity(item);
                T known = get(id.namespace(), id.name()).orElse(null);
                boolean unchanged = known != null
                        && ObjectCodec.identity(known).resourceVersion().equals(id.resourceVersion());
                if (!unchanged) {
                    store(id, item);
                }
            });
        }
    }

    private void store(ObjectCodec.Identity id, T object) {
        T old = put(id, object);
        if (old == null) {
            handlers.forEach(handler -> handler.onAdd(object));
        } else if (ObjectCodec.identity(old).uid().equals(id.uid())) {
            handlers.forEach(handler -> handler.onUpdate(old, object));
        } else {
            handlers.forEach(handler -> handler.onDelete(old));
            handlers.forEach(handler -> handler.onAdd(object));
        }
    }

    private void forget(Key key, T last) {
        if (remove(key)) {
            handlers.forEach(handler -> handler.onDelete(last));
        }
    }

    private synchronized @Nullable T put(ObjectCodec.Identity id, T object) {
        T old = objects.computeIfAbsent(id.namespace(), ns -> new TreeMap<>()).put(id.name(), object);
        indexes.values().forEach(index -> index.replace(id.key(), old, object));
        return old;
    }

    private synchronized boolean remove(Key key) {
        TreeMap<String, T> names = objects.get(key.namespace());
        T old = names == null ? null : names.remove(key.name());
        if (names != null && names.isEmpty()) {
            objects.remove(key.namespace());
        }
        if (old != null) {
            indexes.values().forEach(index -> index.replace(key, old, null));
        }
        return old != null;
    }

    @Override
    public Lister<T> lister() {
        return this;
    }

    @Override
    public void addHandler(Handler<T> handler) {
        synchronized (telling) {
            handlers.add(handler);
            list("").forEach(handler::onAdd);
        }
    }

    @Override
    public synchronized void addIndex(String name, Function<T, Collection<String>> values) {
        if (!indexes.containsKey(name)) {
            Index<T> index = new Index<>(values);
            list("").forEach(
                            object -> index.replace(ObjectCodec.identity(object).key(), null, object));
            indexes.put(name, index);
        }
    }

    @Override
    public synchronized boolean hasSynced() {
        return synced;
    }

    @Override
    public synchronized Optional<T> get(String ns, String name) {
        TreeMap<String, T> names = objects.get(ns);
        return names == null ? Optional.empty() : Optional.ofNullable(names.get(name));
    }

    @Override
    public synchronized List<T> list(String ns) {
        if (ns.isEmpty()) {
            List<T> all = new ArrayList<>();
            objects.values().forEach(names -> all.addAll(names.values()));
            return all;
        }
        TreeMap<String, T> names = objects.get(ns);
        return names == null ? List.of() : new ArrayList<>(names.values());
    }

    @Override
    public synchronized List<T> byIndex(String index, String value) {
        Index<T> found = indexes.get(index);
        if (found == null) {
            throw new IllegalArgumentException("no index " + index + " on " + type.gvr());
        }
        return found.get(value);
    }

    /** Value → the objects that have it. */
    private static final class Index<T> {
        private final Function<T, Collection<String>> values;
        private final Map<String, LinkedHashMap<Key, T>> entries = new HashMap<>();

        Index(Function<T, Collection<String>> values) {
            this.values = values;
        }

        void replace(Key key, @Nullable T old, @Nullable T now) {
            if (old != null) {
                for (String value : values.apply(old)) {
                    LinkedHashMap<Key, T> found = entries.get(value);
                    if (found != null && found.remove(key) != null && found.isEmpty()) {
                        entries.remove(value);
                    }
                }
            }
            if (now != null) {
                values.apply(now)
                        .forEach(value -> entries.computeIfAbsent(value, v -> new LinkedHashMap<>())
                                .put(key, now));
            }
        }

        List<T> get(String value) {
            LinkedHashMap<Key, T> found = entries.get(value);
            return found == null ? List.of() : new ArrayList<>(found.values());
        }
    }
}
