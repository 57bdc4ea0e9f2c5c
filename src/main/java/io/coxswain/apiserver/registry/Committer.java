package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes.Companions;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectBytes;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.ObjectStore;
import io.coxswain.store.PreconditionFailedException;
import io.coxswain.store.StoreUnavailableException;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Puts change sets into the store and waits until they are durable. Thread-safe. */
final class Committer {
    /** Upstream's etcd takes requests of up to 1.5 MiB. */
    static final int MAX_OBJECT_BYTES = 1_572_864;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ObjectStore store;
    private final ResourceRegistry resources;
    private final Clock clock;

    Committer(ObjectStore store, ResourceRegistry resources, Clock clock) {
        this.store = store;
        this.resources = resources;
        this.clock = clock;
    }

    /**
     * Commits and waits.
     *
     * @throws PreconditionFailedException if a step lost a race
     * @throws ApiException 503 or 504 if the store did not take it
     */
    List<StoredObject> commit(List<Mutation> changeSet) {
        try {
            return store.commit(changeSet).toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PreconditionFailedException lost) {
                throw lost;
            }
            if (e.getCause() instanceof StoreUnavailableException down) {
                throw unavailable(down);
            }
            throw new IllegalStateException("the store failed", e.getCause());
        } catch (TimeoutException e) {
            throw new ApiException(
                    ApiException.timeout("request timed out: the store did not answer", 1)
                            .status(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    /** The newest state of an object. */
    Optional<StoredObject> find(ObjectKey key) {
        return store.snapshot(key.resource()).get(key.namespace(), key.name());
    }

    private static ApiException unavailable(Exception cause) {
        return new ApiException(
                ApiException.unavailable("the store is not available, try again later")
                        .status(),
                cause);
    }

    /** Encodes an object of a kind as it is stored. */
    static ObjectBytes encode(RegisteredResource resource, JsonObject object) {
        KindDefinition kind = resource.kind();
        JsonCodec.Split split =
                JsonCodec.encodeAroundResourceVersion(kind.isStorageForm() ? object : kind.toStorage(object));
        ObjectBytes bytes = new ObjectBytes(split.head(), split.tail());
        if (bytes.length() > MAX_OBJECT_BYTES) {
            JsonObject bare = JsonTrees.remove(object, "metadata", "managedFields");
            if (bare != object) {
                return encode(resource, bare); // as upstream: the object matters more than who owns its fields
            }
            throw ApiException.tooLarge("Request entity too large: limit is " + MAX_OBJECT_BYTES);
        }
        return bytes;
    }

    /** Collects the companions of one try of a write. */
    final class CollectedCompanions implements Companions {
        private final List<Mutation> mutations = new ArrayList<>();

        @Override
        public void create(GroupVersionResource gvr, JsonObject object) {
            RegisteredResource resource = resource(gvr);
            JsonObject stamped = ObjectMetadata.forCreate(
                    object, clock.instant(), resource.kind().tracksGeneration());
            mutations.add(new Mutation.Create(key(resource, stamped), encode(resource, stamped)));
        }

        @Override
        public void update(GroupVersionResource gvr, JsonObject newState) {
            RegisteredResource resource = resource(gvr);
            mutations.add(new Mutation.Update(key(resource, newState), revision(newState), encode(resource, newState)));
        }

        @Override
        public void delete(GroupVersionResource gvr, JsonObject state) {
            RegisteredResource resource = resource(gvr);
            mutations.add(new Mutation.Delete(key(resource, state), revision(state), encode(resource, state)));
        }

        private RegisteredResource resource(GroupVersionResource gvr) {
            return resources
                    .find(gvr)
                    .orElseThrow(() -> new IllegalArgumentException("companion of an unknown resource " + gvr));
        }

        private static ObjectKey key(RegisteredResource resource, JsonObject object) {
            ObjectView view = new ObjectView(object);
            return resource.key(view.namespace(), view.name());
        }

        private static long revision(JsonObject object) {
            return Long.parseLong(new ObjectView(object).resourceVersion());
        }

        /** The write's own step first, then the companions. */
        List<Mutation> with(Mutation own) {
            List<Mutation> all = new ArrayList<>();
            all.add(own);
            all.addAll(mutations);
            return all;
        }

        boolean isEmpty() {
            return mutations.isEmpty();
        }
    }
}
