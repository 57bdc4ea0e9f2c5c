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
import java.util.function.UnaryOperator;

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
        return create(write, body, object -> tracking.created(write, object));
    }

    /** Creates from an applied configuration, which brings its managed fields. */
    ApiResponse createApplied(Write write, JsonObject merged) {
        return create(write, merged, object -> FieldTracking.copy(object, merged));
    }

    /** @param ownership says of the prepared object who owns its fields */
    private ApiResponse create(Write write, JsonObject body, UnaryOperator<JsonObject> ownership) {
        KindDefinition kind = write.kind();
        JsonObject sent = ObjectMetadata.inNamespace(body, write.namespace());
        if (!new ObjectView(sent).resourceVersion().isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        JsonObject object = ObjectMetadata.forCreate(sent, clock.instant(), kind.tracksGeneration());
        boolean generated = new ObjectView(object).name().isEmpty()
                && !new ObjectView(object).text("metadata", "generateName").isEmpty();
        return generated
                ? createWithNewName(write, object, ownership)
                : commit(write, ownership.apply(prepared(kind, object)));
    }

    /** Kinds see the object's final name: a job, for one, puts it into labels. */
    private static JsonObject prepared(KindDefinition kind, JsonObject object) {
        return kind.withInitialFinalizers(kind.prepareForCreate(kind.defaults(object)));
    }

    private ApiResponse createWithNewName(Write write, JsonObject nameless, UnaryOperator<JsonObject> ownership) {
        for (int attempt = 1; ; attempt++) {
            try {
                JsonObject named = ObjectMetadata.generateName(nameless);
                return commit(write, ownership.apply(prepared(write.kind(), named)));
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
