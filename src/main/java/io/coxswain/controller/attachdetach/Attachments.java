package io.coxswain.controller.attachdetach;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Informer;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The VolumeAttachments there are. Sees its own writes at once: a volume that has just been promised to one node must not be promised
 * to another, and one that is being taken away must not be reported as attached. Thread-safe.
 */
final class Attachments {
    private static final String BY_NODE = "attachdetach/node";
    private static final String BY_VOLUME = "attachdetach/volume";

    private final ResourceClient<JsonObject> client;
    private final Lister<JsonObject> cache;
    /** By name, until the cache has them. */
    private final Map<String, Attachment> created = new ConcurrentHashMap<>();
    /** By uid, until the cache shows it. */
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    Attachments(Watches watches) {
        client = watches.client().resource(ResourceTypes.VOLUME_ATTACHMENTS);
        Informer<JsonObject> informer = watches.cache(ResourceTypes.VOLUME_ATTACHMENTS);
        informer.addIndex(BY_NODE, object -> List.of(Attachment.of(object).node()));
        informer.addIndex(BY_VOLUME, object -> List.of(Attachment.of(object).volumeName()));
        cache = informer.lister();
    }

    /** The cache has changed. */
    void changed(@Nullable Attachment old, @Nullable Attachment now) {
        if (now != null) {
            created.remove(now.name());
        }
        if (old != null && (now == null || now.deleting())) {
            created.remove(old.name());
            deleted.remove(old.uid());
        }
    }

    Optional<Attachment> get(String name) {
        return cache.get("", name).map(this::latest).or(() -> Optional.ofNullable(created.get(name)));
    }

    /** Those to a node, but for those that are still being created. */
    List<Attachment> onNode(String node) {
        return cache.byIndex(BY_NODE, node).stream().map(this::latest).toList();
    }

    /** Those of a PersistentVolume. */
    List<Attachment> ofVolume(String volumeName) {
        Stream<Attachment> known = cache.byIndex(BY_VOLUME, volumeName).stream().map(this::latest);
        Stream<Attachment> coming = created.values().stream()
                .filter(each -> each.volumeName().equals(volumeName))
                .filter(each -> cache.get("", each.name()).isEmpty());
        return Stream.concat(known, coming).toList();
    }

    private Attachment latest(JsonObject object) {
        Attachment cached = Attachment.of(object);
        return deleted.contains(cached.uid()) ? cached.beingDeleted() : cached;
    }

    void create(Attachment wanted) {
        created.put(wanted.name(), wanted);
        boolean done = false;
        try {
            client.create(wanted.object());
            done = true;
        } catch (ApiException e) {
            // There already: the cache is about to tell.
            done = e.isAlreadyExists();
            if (!done) {
                throw e;
            }
        } finally {
            if (!done) {
                created.remove(wanted.name());
            }
        }
    }

    void delete(Attachment attachment) {
        deleted.add(attachment.uid());
        boolean done = false;
        try {
            client.delete("", attachment.name(), DeleteOptions.uid(attachment.uid()));
            done = true;
        } catch (ApiException e) {
            // Gone, or another one by now: nothing to take away.
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        } finally {
            if (!done) {
                deleted.remove(attachment.uid());
            }
        }
    }
}
