package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.Status;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.ObjectStore;
import io.coxswain.store.RevisionException;
import io.coxswain.store.Snapshot;
import io.coxswain.store.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GET of an object and of a collection. Reads snapshots only: nothing here waits for a writer but on the client's demand. */
final class Reader {
    /** How long a read may wait for a revision that is not there yet, as upstream's cacher. */
    static final Duration REVISION_WAIT = Duration.ofSeconds(3);

    private static final String TOKEN_TOO_OLD =
            "The provided continue parameter is too old to display a consistent list result. You can start a new list"
                    + " without the continue parameter, or use the continue token in this response to retrieve the"
                    + " remainder of the results. Continuing with the provided token results in an inconsistent list -"
                    + " objects that were created, modified, or deleted between the time the first chunk was returned"
                    + " and now may show up in the list.";
    private static final String LIST_TOO_OLD = "The resourceVersion for the provided list is too old.";

    private final ObjectStore store;

    Reader(ObjectStore store) {
        this.store = store;
    }

    ApiResponse get(ApiRequest request, RegisteredResource resource) {
        return new ObjectResponse(200, object(request, resource), List.of());
    }

    /** @throws ApiException 404 */
    ApiObject object(ApiRequest request, RegisteredResource resource) {
        long revision = ListParameters.parseRevision(
                request.parameter("resourceVersion").orElse(""));
        if (revision > 0) {
            await(revision);
        }
        return named(request.info().name(), request, resource);
    }

    /** The newest state of an object in the request's namespace. @throws ApiException 404 */
    ApiObject named(String name, ApiRequest request, RegisteredResource resource) {
        ObjectKey key = resource.key(request.info().namespace(), name);
        return store.snapshot(key.resource())
                .get(key.namespace(), name)
                .map(resource::view)
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), name));
    }

    ApiResponse list(ApiRequest request, RegisteredResource resource) {
        ListParameters parameters = ListParameters.of(request, false);
        String namespace = namespace(request, resource);
        Page page = page(resource, namespace, parameters);
        var names = resource.kind().names();
        return new ListResponse(
                names.gvr().groupVersion(),
                names.listKind(),
                Long.toString(page.revision()),
                page.continueToken(),
                page.remaining(),
                new Views(resource, page.items()),
                List.of());
    }

    static @Nullable String namespace(ApiRequest request, RegisteredResource resource) {
        if (!resource.kind().namespaced()) {
            return "";
        }
        String namespace = request.info().namespace();
        return namespace.isEmpty() ? null : namespace;
    }

    /** One page of a list. {@code remaining} is -1 if unknown. */
    record Page(long revision, Iterator<StoredObject> items, String continueToken, long remaining) {}

    Page page(RegisteredResource resource, @Nullable String namespace, ListParameters parameters) {
        Selection selection = Selection.of(resource, parameters);
        String storage = resource.storageName();
        ObjectKey after = null;
        Snapshot snapshot;
        if (parameters.continueToken().isEmpty()) {
            snapshot = snapshot(storage, parameters);
        } else {
            if (parameters.revision() != 0) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            ContinueToken token =
                    ContinueToken.decode(parameters.continueToken(), ContinueToken.scope(storage, namespace));
            after = token.startKey(storage);
            snapshot = continued(storage, token);
        }
        if (!selection.name().isEmpty() && namespace != null) {
            Iterator<StoredObject> one = snapshot.get(namespace, selection.name()).stream()
                    .filter(selection::matches)
                    .iterator();
            return new Page(snapshot.revision(), one, "", -1);
        }
        Iterator<StoredObject> selected = new Selected(snapshot.iterate(namespace, after), selection);
        return parameters.limit() == 0
                ? new Page(snapshot.revision(), selected, "", -1)
                : firstPage(snapshot, namespace, selected, selection, after, parameters.limit());
    }

    private static Page firstPage(
            Snapshot snapshot,
            @Nullable String namespace,
            Iterator<StoredObject> selected,
            Selection selection,
            @Nullable ObjectKey after,
            long limit) {
        List<StoredObject> items = new ArrayList<>();
        while (items.size() < limit && selected.hasNext()) {
            items.add(selected.next());
        }
        if (items.isEmpty() || !selected.hasNext()) {
            return new Page(snapshot.revision(), items.iterator(), "", -1);
        }
        ObjectKey last = items.get(items.size() - 1).key();
        long remaining = selection.isEverything() ? remaining(snapshot, namespace, last, after, items.size()) : -1;
        return new Page(
                snapshot.revision(),
                items.iterator(),
                ContinueToken.after(snapshot.revision(), last, namespace).encode(),
                remaining);
    }

    private static long remaining(
            Snapshot snapshot, @Nullable String namespace, ObjectKey last, @Nullable ObjectKey after, int shown) {
        if (after == null) {
            return (long) snapshot.size(namespace) - shown;
        }
        long count = 0;
        Iterator<StoredObject> rest = snapshot.iterate(namespace, last);
        while (rest.hasNext()) {
            rest.next();
            count++;
        }
        return count;
    }

    private Snapshot snapshot(String storage, ListParameters parameters) {
        long revision = parameters.revision();
        if (revision == 0) {
            return store.snapshot(storage);
        }
        boolean exact = parameters.resourceVersionMatch().equals("Exact")
                || (parameters.resourceVersionMatch().isEmpty() && parameters.limit() > 0);
        await(revision);
        if (!exact) {
            return store.snapshot(storage);
        }
        try {
            return store.snapshotAt(storage, revision);
        } catch (RevisionException e) {
            throw Revisions.tooOldOrNew(e, LIST_TOO_OLD);
        }
    }

    private Snapshot continued(String storage, ContinueToken token) {
        if (token.revision() < 0) {
            return store.snapshot(storage);
        }
        try {
            return store.snapshotAt(storage, token.revision());
        } catch (RevisionException e) {
            if (e.problem() == RevisionException.Problem.FUTURE) {
                throw Revisions.tooOldOrNew(e, "");
            }
            Status expired = ApiException.expired(TOKEN_TOO_OLD).status();
            String goOn = new ContinueToken(-1, token.start(), token.scope()).encode();
            throw new ApiException(expired.withContinueToken(goOn), e);
        }
    }

    private void await(long revision) {
        try {
            store.awaitRevision(revision, REVISION_WAIT);
        } catch (RevisionException e) {
            throw Revisions.tooOldOrNew(e, LIST_TOO_OLD);
        }
    }

    /** Stored objects that a selection chooses, found one by one. */
    private static final class Selected implements Iterator<StoredObject> {
        private final Iterator<StoredObject> all;
        private final Selection selection;
        private Optional<StoredObject> next = Optional.empty();

        Selected(Iterator<StoredObject> all, Selection selection) {
            this.all = all;
            this.selection = selection;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && all.hasNext()) {
                next = Optional.of(all.next()).filter(selection::matches);
            }
            return next.isPresent();
        }

        @Override
        public StoredObject next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StoredObject found = next.orElseThrow();
            next = Optional.empty();
            return found;
        }
    }

    /** The objects as clients of the resource see them. */
    private record Views(RegisteredResource resource, Iterator<StoredObject> stored) implements Iterator<ApiObject> {
        @Override
        public boolean hasNext() {
            return stored.hasNext();
        }

        @Override
        public ApiObject next() {
            return resource.view(stored.next());
        }
    }
}
