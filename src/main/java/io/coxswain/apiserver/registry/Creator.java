package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.NameRule;
import io.coxswain.meta.validation.ObjectMetaValidation;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.PreconditionFailedException;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** POST of a collection. */
final class Creator {
    private static final int NAME_TRIES = 8;
    private static final int RACE_TRIES = 20;

    private final RequestDecoder decoder;
    private final WritePipeline pipeline;
    private final Committer committer;
    private final FieldTracking tracking;
    private final Clock clock;

    Creator(RequestDecoder decoder, WritePipeline pipeline, Committer committer, FieldTracking tracking, Clock clock) {
        this.decoder = decoder;
        this.pipeline = pipeline;
        this.committer = committer;
        this.tracking = tracking;
        this.clock = clock;
    }

    ApiResponse create(Write write) {
        JsonObject body = decoder.object(write.request(), write.resource().gvk(), write.validation(), write.warnings());
        return create(write, body);
    }

    /** Creates from a body that was decoded already. */
    ApiResponse create(Write write, JsonObject body) {
        return store(write, tracking.created(write, prepare(write, body)));
    }

    /** Creates from an applied configuration, which brings its managed fields. */
    ApiResponse createApplied(Write write, JsonObject merged) {
        return store(write, FieldTracking.copy(prepare(write, merged), merged));
    }

    private JsonObject prepare(Write write, JsonObject body) {
        KindDefinition kind = write.kind();
        JsonObject object = ObjectMetadata.inNamespace(body, write.namespace());
        if (!new ObjectView(object).resourceVersion().isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        object = ObjectMetadata.forCreate(object, clock.instant(), kind.tracksGeneration());
        return kind.withInitialFinalizers(kind.prepareForCreate(kind.defaults(object)));
    }

    private ApiResponse store(Write write, JsonObject object) {
        boolean generated = new ObjectView(object).name().isEmpty()
                && !new ObjectView(object).text("metadata", "generateName").isEmpty();
        return generated ? createWithNewName(write, object) : commit(write, object);
    }

    private ApiResponse createWithNewName(Write write, JsonObject nameless) {
        for (int attempt = 1; ; attempt++) {
            try {
                return commit(write, ObjectMetadata.generateName(nameless));
            } catch (ApiException e) {
                if (!e.isAlreadyExists() || attempt >= NAME_TRIES) {
                    throw e;
                }
            }
        }
    }

    private ApiResponse commit(Write write, JsonObject object) {
        for (int attempt = 1; ; attempt++) {
            WritePipeline.Admitted admitted = pipeline.admit(
                    write,
                    Operation.CREATE,
                    object,
                    JsonValue.EMPTY_JSON_OBJECT,
                    write.kind()::defaults,
                    whole -> faults(write.kind(), whole));
            write.kind().warnings(new ObjectView(admitted.object())).forEach(write.warnings());
            ObjectKey key = keyOf(write, admitted.object());
            Mutation creation = new Mutation.Create(key, Committer.encode(write.resource(), admitted.object()));
            if (write.dryRun()) {
                return dryRun(write, key, admitted.object());
            }
            try {
                StoredObject stored =
                        committer.commit(admitted.companions().with(creation)).get(0);
                return new ObjectResponse(
                        201, write.resource().view(stored), write.warnings().list());
            } catch (PreconditionFailedException lost) {
                if (lost.key().equals(key)) {
                    throw ApiException.alreadyExists(write.resource().groupResource(), key.name());
                }
                if (attempt >= RACE_TRIES) {
                    throw raced(write, lost);
                }
            }
        }
    }

    private ApiResponse dryRun(Write write, ObjectKey key, JsonObject object) {
        if (committer.find(key).isPresent()) {
            throw ApiException.alreadyExists(write.resource().groupResource(), key.name());
        }
        return new ObjectResponse(201, new TreeObject(object), write.warnings().list());
    }

    static ApiException raced(Write write, PreconditionFailedException lost) {
        return ApiException.conflict(
                write.resource().groupResource(),
                write.request().info().name(),
                "too many concurrent changes of " + lost.key() + ", please try again");
    }

    private static ObjectKey keyOf(Write write, JsonObject object) {
        return write.resource().key(write.namespace(), new ObjectView(object).name());
    }

    private static List<FieldError> faults(KindDefinition kind, JsonObject object) {
        ObjectView view = new ObjectView(object);
        List<FieldError> faults =
                new ArrayList<>(ObjectMetaValidation.validate(view, kind.namespaced(), new KindNameRule(kind)));
        faults.addAll(kind.validate(view));
        return faults;
    }

    /** The kind's own rule for names. */
    private record KindNameRule(KindDefinition kind) implements NameRule {
        @Override
        public List<String> check(String name) {
            return kind.validateName(name, false);
        }

        @Override
        public List<String> checkPrefix(String prefix) {
            return kind.validateName(prefix, true);
        }
    }
}
