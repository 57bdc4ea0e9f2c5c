package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.ObjectMetaValidation;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectBytes;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.PreconditionFailedException;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every change of a stored object: PUT, PATCH, {@code /status}, {@code /scale} and subresources that change their parent. */
final class Updater {
    /**
     * Tries of a change that names no resource version. Such a client cannot be told of a conflict it could have avoided, so
     * upstream's storage tries until the request's time is up; a crowd on one object needs many, since one wins at a time.
     */
    private static final int TRIES = 200;

    private static final int COMPANION_TRIES = 20;

    private final RequestDecoder decoder;
    private final WritePipeline pipeline;
    private final Committer committer;
    private final Creator creator;
    private final FieldTracking tracking;

    Updater(
            RequestDecoder decoder,
            WritePipeline pipeline,
            Committer committer,
            Creator creator,
            FieldTracking tracking) {
        this.decoder = decoder;
        this.pipeline = pipeline;
        this.committer = committer;
        this.creator = creator;
        this.tracking = tracking;
    }

    /** Which part of an object a change may touch. */
    enum Part {
        /** Everything but the status, if that is a subresource. */
        MAIN,
        /** The status only. */
        STATUS,
        /** What a {@link Subresource.Change} made of it, taken as it is. */
        ANY
    }

    /** Makes the new state out of the newest; runs again if a race was lost. */
    interface Change {
        JsonObject apply(JsonObject old);

        /** Whether the new state comes with its managed fields; they are worked out otherwise. */
        default boolean settlesOwners() {
            return false;
        }
    }

    /** A change that has settled already who owns what: an apply, or one that nobody is to own. */
    record Applied(Change change) implements Change {
        @Override
        public JsonObject apply(JsonObject old) {
            return change.apply(old);
        }

        @Override
        public boolean settlesOwners() {
            return true;
        }
    }

    /** PUT of the object, or of its status. */
    ApiResponse update(Write write, String name, Part part) {
        JsonObject body = decoder.object(write.request(), write.resource().gvk(), write.validation(), write.warnings());
        JsonObject sent = ObjectMetadata.inNamespace(body, write.namespace());
        String ownName = new ObjectView(sent).name();
        if (ownName.isEmpty()) {
            throw ApiException.badRequest("name must be provided");
        }
        if (!ownName.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + ownName + ") does not match the name on the URL (" + name + ")");
        }
        boolean missing =
                committer.find(write.resource().key(write.namespace(), name)).isEmpty();
        if (missing && part == Part.MAIN && write.kind().allowsCreateOnUpdate()) {
            return creator.create(write, sent);
        }
        return respond(write, change(write, name, part, old -> sent));
    }

    ApiResponse respond(Write write, ApiObject object) {
        return new ObjectResponse(200, object, write.warnings().list());
    }

    /**
     * Changes an object.
     *
     * @throws ApiException 404, 409 if it was changed meanwhile and the new state names a resource version, 422
     */
    ApiObject change(Write write, String name, Part part, Change change) {
        ObjectKey key = write.resource().key(write.namespace(), name);
        int races = 0;
        while (true) {
            StoredObject stored = committer
                    .find(key)
                    .orElseThrow(() -> ApiException.notFound(write.resource().groupResource(), name));
            ApiObject current = write.resource().view(stored);
            JsonObject sent = ObjectMetadata.inNamespace(change.apply(current.tree()), write.namespace());
            boolean conditional = checkIdentity(write, name, sent, stored, part);
            WritePipeline.Admitted admitted = admit(write, part, sent, current.tree(), change.settlesOwners());
            write.kind().warnings(new ObjectView(admitted.object())).forEach(write.warnings());
            if (ObjectMetadata.same(admitted.object(), current.tree())
                    && admitted.companions().isEmpty()) {
                return current;
            }
            ObjectBytes bytes = Committer.encode(write.resource(), admitted.object());
            if (write.dryRun()) {
                return new TreeObject(admitted.object());
            }
            boolean gone = DeletionPlan.isFinished(write.kind(), admitted.object());
            if (gone) {
                pipeline.remove(write, admitted.object(), admitted.companions());
            }
            Mutation mutation = gone
                    ? new Mutation.Delete(key, stored.revision(), bytes)
                    : new Mutation.Update(key, stored.revision(), bytes);
            try {
                return write.resource()
                        .view(committer
                                .commit(admitted.companions().with(mutation))
                                .get(0));
            } catch (PreconditionFailedException lost) {
                boolean own = lost.key().equals(key);
                if (own && conditional) {
                    throw ApiException.modified(write.resource().groupResource(), name);
                }
                races++;
                if (races >= (own ? TRIES : COMPANION_TRIES)) {
                    throw own
                            ? ApiException.modified(write.resource().groupResource(), name)
                            : Creator.raced(write, lost);
                }
            }
        }
    }

    /** Checks what identifies the object; whether the client insists on a resource version of its own. */
    private static boolean checkIdentity(Write write, String name, JsonObject sent, StoredObject stored, Part part) {
        ObjectView view = new ObjectView(sent);
        ObjectView old = new ObjectView(stored.tree());
        if (!view.uid().isEmpty() && !view.uid().equals(old.uid())) {
            throw Deleter.precondition(write, name, view.uid(), old.uid());
        }
        if (!view.name().equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + view.name() + ") does not match the name on the URL (" + name + ")");
        }
        String version = view.resourceVersion();
        if (version.isEmpty()) {
            if (!write.kind().allowsUnconditionalUpdate() && part != Part.ANY) {
                throw ApiException.invalid(
                        write.resource().gvk(),
                        name,
                        List.of(FieldError.invalid(
                                FieldPath.of("metadata", "resourceVersion"), 0, "must be specified for an update")));
            }
            return false;
        }
        ListParameters.parseRevision(version);
        if (!version.equals(Long.toString(stored.revision()))) {
            throw ApiException.modified(write.resource().groupResource(), name);
        }
        // A patch result carries the version of the state it was made from: that is no wish of the client's.
        return !write.request().info().verb().equals("patch");
    }

    private WritePipeline.Admitted admit(
            Write write, Part part, JsonObject sent, JsonObject old, boolean settledOwners) {
        KindDefinition kind = write.kind();
        JsonObject settled = settle(kind, part, sent, old);
        JsonObject now =
                settledOwners ? FieldTracking.copy(settled, sent) : tracking.updated(write, part, old, settled, sent);
        return pipeline.admit(
                write,
                Operation.UPDATE,
                now,
                old,
                mutated -> FieldTracking.copy(settle(kind, part, mutated, old), now),
                whole -> faults(kind, part, whole, old));
    }

    /** Puts back what this write may not change, fills in defaults and counts the generation. */
    private static JsonObject settle(KindDefinition kind, Part part, JsonObject sent, JsonObject old) {
        JsonObject now = part == Part.STATUS ? onlyStatus(sent, old) : sent;
        if (part == Part.MAIN && kind.hasStatus()) {
            now = copyField(now, old, "status");
        }
        now = kind.defaults(ObjectMetadata.forUpdate(now, old));
        now = switch (part) {
            case MAIN -> kind.prepareForUpdate(now, old);
            case STATUS -> kind.prepareForStatusUpdate(now, old);
            case ANY -> now;
        };
        return kind.tracksGeneration() ? ObjectMetadata.countGeneration(now, old) : now;
    }

    private static JsonObject onlyStatus(JsonObject sent, JsonObject old) {
        JsonObject now = copyField(old, sent, "status");
        JsonObject metadata = ObjectMetadata.of(sent);
        JsonObject oldMetadata = ObjectMetadata.of(old);
        JsonObject kept = copyField(metadata, oldMetadata, "ownerReferences");
        return JsonTrees.with(now, "metadata", kept);
    }

    private static JsonObject copyField(JsonObject target, JsonObject source, String field) {
        JsonValue value = source.get(field);
        return value == null ? JsonTrees.without(target, field) : JsonTrees.with(target, field, value);
    }

    private static List<FieldError> faults(KindDefinition kind, Part part, JsonObject now, JsonObject old) {
        ObjectView view = new ObjectView(now);
        ObjectView before = new ObjectView(old);
        List<FieldError> faults = new ArrayList<>(ObjectMetaValidation.validateUpdate(view, before));
        if (part == Part.STATUS) {
            faults.addAll(kind.validateStatusUpdate(view, before));
        } else {
            faults.addAll(kind.validate(view));
            if (part != Part.ANY) {
                faults.addAll(kind.validateUpdate(view, before)); // a subresource says itself what it may change
            }
        }
        return faults;
    }

    /** The newest state of an object, for those who need it before they can make a change. */
    Optional<ApiObject> find(Write write, String name) {
        return committer.find(write.resource().key(write.namespace(), name)).map(write.resource()::view);
    }
}
