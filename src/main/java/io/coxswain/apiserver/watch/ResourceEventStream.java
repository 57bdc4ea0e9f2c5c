package io.coxswain.apiserver.watch;

import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.Selection;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.JsonTrees;
import io.coxswain.store.StoreEvent;
import io.coxswain.store.StoreWatch;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One watch: what the store queues, seen through a selection, with bookmarks and a deadline. */
final class ResourceEventStream implements EventStream {
    static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(60);
    /** Upstream sends a last bookmark two seconds before the deadline, so that the client resumes near it. */
    static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    private final RegisteredResource resource;
    private final Selection selection;
    private final WatchTicker ticker;
    private final boolean bookmarks;
    private final Instant deadline;
    private final long afterRevision;

    private Iterator<StoredObject> initial;
    private boolean initialEndDue;
    private @Nullable StoreWatch watch;
    private long bookmarked;

    private volatile Runnable listener = () -> {};
    private volatile Instant nextBookmark;
    private volatile boolean lastBookmarkSent;
    private volatile boolean bookmarkDue;
    private volatile boolean expired;
    private volatile boolean closed;

    /**
     * How a watch begins.
     *
     * @param initial objects to send as ADDED first
     * @param endBookmark whether a bookmark marks their end
     * @param afterRevision events at or below it are not sent
     * @param bookmarks whether the client takes bookmarks
     */
    record Start(
            Iterator<StoredObject> initial,
            boolean endBookmark,
            long afterRevision,
            boolean bookmarks,
            Instant now,
            Instant deadline) {}

    ResourceEventStream(RegisteredResource resource, Selection selection, WatchTicker ticker, Start start) {
        this.resource = resource;
        this.selection = selection;
        this.ticker = ticker;
        this.initial = start.initial();
        this.initialEndDue = start.endBookmark();
        this.afterRevision = start.afterRevision();
        this.bookmarks = start.bookmarks();
        this.deadline = start.deadline();
        this.nextBookmark = start.now().plus(BOOKMARK_INTERVAL);
        this.bookmarked = start.afterRevision();
    }

    /** Connects the stream to its source and the clock; must be called once before anything else. */
    void begin(StoreWatch source) {
        watch = source;
        ticker.add(this);
    }

    void signal() {
        listener.run();
    }

    void tick(Instant now) {
        boolean last = !lastBookmarkSent && !now.isBefore(deadline.minus(LAST_BOOKMARK));
        if (bookmarks && (last || !now.isBefore(nextBookmark))) {
            lastBookmarkSent |= last;
            nextBookmark = now.plus(BOOKMARK_INTERVAL);
            bookmarkDue = true;
            signal();
        }
        if (!expired && !now.isBefore(deadline)) {
            expired = true;
            signal();
        }
    }

    @Override
    public @Nullable Event poll() {
        StoreWatch source = watch;
        if (closed || source == null) {
            return null;
        }
        if (initial.hasNext()) {
            return new Event("ADDED", resource.view(initial.next()));
        }
        if (initialEndDue) {
            initialEndDue = false;
            return bookmark(afterRevision, true);
        }
        // Both are read before draining: what they promise has been queued by then.
        boolean sourceClosed = source.isClosed();
        long progress = source.progress();
        for (StoreEvent event = source.poll(); event != null; event = source.poll()) {
            Event translated = event.revision() > afterRevision ? translate(event) : null;
            if (translated != null) {
                bookmarked = event.revision();
                return translated;
            }
        }
        if (bookmarkDue) {
            bookmarkDue = false;
            return bookmark(Math.max(bookmarked, progress), false);
        }
        if (sourceClosed || expired) {
            close();
        }
        return null;
    }

    private Event bookmark(long revision, boolean initialEnd) {
        bookmarked = revision;
        JsonObjectBuilder metadata = JsonTrees.object().add("resourceVersion", Long.toString(revision));
        if (initialEnd) {
            metadata.add("annotations", JsonTrees.object().add(INITIAL_EVENTS_END, "true"));
        }
        JsonObject object = JsonTrees.object()
                .add("kind", resource.gvk().kind())
                .add("apiVersion", resource.gvk().apiVersion())
                .add("metadata", metadata)
                .build();
        return new Event("BOOKMARK", new TreeObject(object));
    }

    /** The event as seen through the selection: objects that begin or cease to match appear and disappear. */
    private @Nullable Event translate(StoreEvent event) {
        StoredObject object = event.object();
        Optional<StoredObject> previous = event.previous();
        if (selection.isEverything()) {
            return new Event(event.type().name(), resource.view(object));
        }
        boolean before = previous.map(selection::matches).orElse(false);
        boolean now = selection.matches(object);
        return switch (event.type()) {
            case ADDED -> now ? new Event("ADDED", resource.view(object)) : null;
            case DELETED -> before || now ? new Event("DELETED", resource.view(object)) : null;
            case MODIFIED -> {
                if (now) {
                    yield new Event(before || previous.isEmpty() ? "MODIFIED" : "ADDED", resource.view(object));
                }
                // Without the previous state nobody knows whether the client had the object: telling once too often is
                // safe.
                yield before || previous.isEmpty()
                        ? new Event("DELETED", lastSeen(previous.orElse(object), event.revision()))
                        : null;
            }
        };
    }

    /** The last state that matched, with the revision of the change that made it match no longer. */
    private ApiObject lastSeen(StoredObject last, long revision) {
        JsonObject tree = resource.view(last).tree();
        return new TreeObject(
                JsonTrees.set(tree, JsonTrees.text(Long.toString(revision)), "metadata", "resourceVersion"));
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void onReady(Runnable whenReady) {
        listener = whenReady;
        whenReady.run();
    }

    @Override
    public void close() {
        boolean first = !closed;
        closed = true;
        ticker.remove(this);
        StoreWatch source = watch;
        if (source != null) {
            source.close();
        }
        if (first) {
            signal();
        }
    }
}
