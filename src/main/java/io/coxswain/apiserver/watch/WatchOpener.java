package io.coxswain.apiserver.watch;

import io.coxswain.apiserver.registry.ListParameters;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.Revisions;
import io.coxswain.apiserver.registry.Selection;
import io.coxswain.apiserver.registry.Watches;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse.WatchResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import io.coxswain.store.ObjectStore;
import io.coxswain.store.RevisionException;
import io.coxswain.store.Snapshot;
import io.coxswain.store.StoreWatch;
import io.coxswain.store.StoredObject;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Opens watches on the store by upstream's rules for {@code resourceVersion} and {@code sendInitialEvents}. Thread-safe. */
@ApplicationScoped
public class WatchOpener implements Watches {
    static final int QUEUE_LIMIT = 4096;

    private static final Duration MAX_TIMEOUT = Duration.ofHours(24);
    private static final Duration REVISION_WAIT = Duration.ofSeconds(3);

    private final WatchTicker ticker = new WatchTicker();
    private ObjectStore store;
    private Clock clock;
    private Duration minTimeout;
    private @Nullable ScheduledFuture<?> timer;

    @SuppressWarnings("NullAway.Init")
    protected WatchOpener() {}

    @Inject
    public WatchOpener(
            ObjectStore store, Clock clock, ScheduledExecutorService scheduler, ApiServerConfig configuration) {
        this(store, clock, scheduler, configuration.minRequestTimeout());
    }

    /**
     * @param scheduler ticks once a second as long as the bean lives
     * @param minTimeout how long a watch lasts at least that names no time
     */
    public WatchOpener(ObjectStore store, Clock clock, ScheduledExecutorService scheduler, Duration minTimeout) {
        this.store = store;
        this.clock = clock;
        this.minTimeout = minTimeout;
        timer = scheduler.scheduleAtFixedRate(() -> ticker.tick(clock.instant()), 1, 1, TimeUnit.SECONDS);
    }

    /** How many watches are open now. */
    public int openWatches() {
        return ticker.count();
    }

    @PreDestroy
    void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        ticker.closeAll();
    }

    @Override
    public WatchResponse open(ApiRequest request, RegisteredResource resource, @Nullable String namespace) {
        ListParameters parameters = ListParameters.of(request, true);
        Selection selection = Selection.of(resource, parameters);
        boolean everything = parameters.sendInitialEvents().orElse(false);
        long revision = parameters.revision();
        if (everything && revision > 0) {
            await(revision);
        }
        boolean fromNow = parameters.resourceVersion().isEmpty()
                || parameters.resourceVersion().equals("0");
        EventStream stream;
        if (everything || (fromNow && parameters.sendInitialEvents().isEmpty())) {
            stream = openWithState(resource, namespace, selection, parameters);
        } else {
            stream = open(
                    resource,
                    namespace,
                    selection,
                    start(Collections.emptyIterator(), false, fromNow ? store.revision() : revision, parameters));
        }
        return new WatchResponse(stream, List.of());
    }

    private EventStream openWithState(
            RegisteredResource resource, @Nullable String namespace, Selection selection, ListParameters parameters) {
        Snapshot snapshot = store.snapshot(resource.storageName());
        Iterator<StoredObject> state = iterate(snapshot, namespace, selection);
        boolean endBookmark = parameters.sendInitialEvents().orElse(false) && parameters.allowWatchBookmarks();
        return open(resource, namespace, selection, start(state, endBookmark, snapshot.revision(), parameters));
    }

    private ResourceEventStream.Start start(
            Iterator<StoredObject> initial, boolean endBookmark, long revision, ListParameters parameters) {
        Instant now = clock.instant();
        return new ResourceEventStream.Start(
                initial, endBookmark, revision, parameters.allowWatchBookmarks(), now, now.plus(timeout(parameters)));
    }

    private EventStream open(
            RegisteredResource resource,
            @Nullable String namespace,
            Selection selection,
            ResourceEventStream.Start start) {
        ResourceEventStream stream = new ResourceEventStream(resource, selection, ticker, start);
        String name = selection.name().isEmpty() ? null : selection.name();
        // From the future: nothing is sent until the store has passed the revision asked for.
        long from = Math.min(start.afterRevision(), store.revision());
        try {
            StoreWatch watch = store.watch(
                    new StoreWatch.Request(resource.storageName(), namespace, name, from, QUEUE_LIMIT), stream::signal);
            stream.begin(watch);
            return stream;
        } catch (RevisionException e) {
            return tooOld(e);
        }
    }

    /** As upstream, the watch opens and then tells in its first and only event that it cannot go on. */
    private static EventStream tooOld(RevisionException e) {
        Status status = ApiException.expired("too old resource version: " + e.requested() + " (" + e.bound() + ")")
                .status();
        return new SingleEventStream("ERROR", status.toJson());
    }

    private static Iterator<StoredObject> iterate(Snapshot snapshot, @Nullable String namespace, Selection selection) {
        if (!selection.name().isEmpty() && namespace != null) {
            return snapshot.get(namespace, selection.name()).stream()
                    .filter(selection::matches)
                    .iterator();
        }
        Iterator<StoredObject> all = snapshot.iterate(namespace, null);
        Iterable<StoredObject> once = () -> all;
        Stream<StoredObject> selected =
                StreamSupport.stream(once.spliterator(), false).filter(selection::matches);
        return selected.iterator();
    }

    private void await(long revision) {
        try {
            store.awaitRevision(revision, REVISION_WAIT);
        } catch (RevisionException e) {
            throw Revisions.tooOldOrNew(e, "");
        }
    }

    /** What the client asks for, else a random time up to twice the least, so that clients do not come back all at once. */
    private Duration timeout(ListParameters parameters) {
        long asked = parameters.timeoutSeconds().orElse(0L);
        if (asked > 0) {
            return Duration.ofSeconds(Math.min(asked, MAX_TIMEOUT.toSeconds()));
        }
        return minTimeout.plusMillis(ThreadLocalRandom.current().nextLong(minTimeout.toMillis()));
    }
}
