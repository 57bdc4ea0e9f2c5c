package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.PreconditionFailedException;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;

/** DELETE of one object. */
final class Deleter {
    private static final int RACE_TRIES = 20;

    private final RequestDecoder decoder;
    private final WritePipeline pipeline;
    private final Committer committer;
    private final Clock clock;

    Deleter(RequestDecoder decoder, WritePipeline pipeline, Committer committer, Clock clock) {
        this.decoder = decoder;
        this.pipeline = pipeline;
        this.committer = committer;
        this.clock = clock;
    }

    /** The object as it was or is now, and whether it is gone. */
    record Deleted(ApiObject object, boolean gone) {}

    ApiResponse delete(ApiRequest request, RegisteredResource resource) {
        DeleteParameters parameters = DeleteParameters.of(request, decoder);
        Write write = write(request, resource, parameters);
        if (parameters.policy().isEmpty() && parameters.orphanDependents().isEmpty()) {
            write.warnings().accept(resource.kind().deletionWarning());
        }
        Deleted deleted = delete(write, request.info().name(), parameters);
        if (deleted.gone() && !resource.kind().returnsDeletedObject()) {
            return new ObjectResponse(
                    200,
                    new TreeObject(success(resource, deleted.object().tree())),
                    write.warnings().list());
        }
        // 202 only for those who ask for cascading deletion the old way, as upstream.
        int code = !deleted.gone() && !parameters.orphanDependents().orElse(true) ? 202 : 200;
        return new ObjectResponse(code, deleted.object(), write.warnings().list());
    }

    static Write write(ApiRequest request, RegisteredResource resource, DeleteParameters parameters) {
        return new Write(
                request,
                resource,
                resource.kind().namespaced() ? request.info().namespace() : "",
                "",
                parameters.dryRun(),
                FieldValidation.IGNORE,
                parameters.options(),
                new Warnings());
    }

    Deleted delete(Write write, String name, DeleteParameters parameters) {
        ObjectKey key = write.resource().key(write.namespace(), name);
        for (int attempt = 1; ; attempt++) {
            StoredObject stored = committer
                    .find(key)
                    .orElseThrow(() -> ApiException.notFound(write.resource().groupResource(), name));
            ApiObject current = write.resource().view(stored);
            checkPreconditions(write, name, parameters, stored);
            Committer.CollectedCompanions companions = pipeline.admitDelete(write, current.tree());
            DeletionPlan plan = DeletionPlan.of(write.kind(), current.tree(), parameters, clock.instant());
            if (plan.step() == DeletionPlan.Step.NOTHING) {
                return new Deleted(current, false);
            }
            boolean gone = plan.step() == DeletionPlan.Step.REMOVE;
            if (write.dryRun()) {
                return new Deleted(new TreeObject(plan.object()), gone);
            }
            if (gone) {
                pipeline.remove(write, plan.object(), companions);
            }
            try {
                List<StoredObject> done = committer.commit(companions.with(mutation(write, stored, plan)));
                return new Deleted(write.resource().view(done.get(0)), gone);
            } catch (PreconditionFailedException lost) {
                if (attempt >= RACE_TRIES) {
                    throw Creator.raced(write, lost);
                }
            }
        }
    }

    private static Mutation mutation(Write write, StoredObject stored, DeletionPlan plan) {
        var bytes = Committer.encode(write.resource(), plan.object());
        return plan.step() == DeletionPlan.Step.REMOVE
                ? new Mutation.Delete(stored.key(), stored.revision(), bytes)
                : new Mutation.Update(stored.key(), stored.revision(), bytes);
    }

    private static void checkPreconditions(Write write, String name, DeleteParameters parameters, StoredObject stored) {
        if (!parameters.uid().isEmpty()) {
            String uid = new ObjectView(stored.tree()).uid();
            if (!uid.equals(parameters.uid())) {
                throw mismatch(write, name, "UID", parameters.uid(), uid, "deleted and then recreated");
            }
        }
        String version = Long.toString(stored.revision());
        if (!parameters.resourceVersion().isEmpty()
                && !parameters.resourceVersion().equals(version)) {
            throw mismatch(write, name, "ResourceVersion", parameters.resourceVersion(), version, "modified");
        }
    }

    /** What a delete is refused with; upstream names the kind here, not the resource. */
    private static ApiException mismatch(
            Write write, String name, String what, String wanted, String found, String happened) {
        GroupVersionKind kind = write.resource().gvk();
        return ApiException.conflict(
                new GroupResource(kind.group(), kind.kind()),
                name,
                "the " + what + " in the precondition (" + wanted + ") does not match the " + what + " in record ("
                        + found + "). The object might have been " + happened);
    }

    /** What a write that carries a UID is refused with. */
    static ApiException precondition(Write write, String name, String wanted, String found) {
        return ApiException.conflict(
                write.resource().groupResource(),
                name,
                "Precondition failed: UID in precondition: " + wanted + ", UID in object meta: " + found);
    }

    private static JsonObject success(RegisteredResource resource, JsonObject object) {
        ObjectView view = new ObjectView(object);
        return Status.success(
                        200,
                        new Status.Details(
                                view.name(),
                                resource.groupResource().group(),
                                resource.groupResource().resource(),
                                view.uid(),
                                List.of(),
                                0))
                .toJson();
    }
}
