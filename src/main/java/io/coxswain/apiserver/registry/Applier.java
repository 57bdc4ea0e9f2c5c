package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** Server-side apply: PATCH with {@code application/apply-patch+yaml}. */
final class Applier {
    private static final int TRIES = 5;

    private final RequestDecoder decoder;
    private final FieldTracking tracking;
    private final Updater updater;
    private final Creator creator;
    private final AuthorizerChain authorizers;

    Applier(
            RequestDecoder decoder,
            FieldTracking tracking,
            Updater updater,
            Creator creator,
            AuthorizerChain authorizers) {
        this.decoder = decoder;
        this.tracking = tracking;
        this.updater = updater;
        this.creator = creator;
        this.authorizers = authorizers;
    }

    /** Applies to an object or its status; an object that is missing is created. */
    ApiResponse apply(Write write, String name, Updater.Part part) {
        GroupVersionKind kind = write.resource().gvk();
        JsonObject config = configuration(write, kind);
        for (int attempt = 1; ; attempt++) {
            if (part == Updater.Part.MAIN && updater.find(write, name).isEmpty()) {
                try {
                    return create(write, name, config, kind);
                } catch (ApiException e) {
                    if (!e.isAlreadyExists() || attempt >= TRIES) {
                        throw e;
                    }
                    continue; // somebody was faster: it is an update now
                }
            }
            return updater.respond(
                    write,
                    updater.change(
                            write,
                            name,
                            part,
                            new Updater.Applied(old -> decoder.merged(
                                    tracking.applied(write, part, old, config, ""), kind, write.warnings()))));
        }
    }

    /**
     * An apply through a subresource that changes its parent.
     *
     * @throws ApiException 415 if the subresource shows something else than its parent, which nobody can own fields of
     */
    Updater.Change through(Write write, Subresource.Change subresource) {
        GroupVersionKind kind = write.resource().gvk();
        if (!subresource.kind().equals(kind)) {
            throw ApiException.unsupportedMediaType("the body of the request was in an unknown format -"
                    + " accepted media types include: application/json-patch+json, application/merge-patch+json,"
                    + " application/strategic-merge-patch+json");
        }
        JsonObject config = configuration(write, kind);
        return new Updater.Applied(old -> {
            JsonObject merged =
                    decoder.merged(tracking.applied(write, Updater.Part.ANY, old, config, ""), kind, write.warnings());
            return FieldTracking.copy(subresource.apply(old, merged), merged);
        });
    }

    /** Reads the configuration of a request. @throws ApiException 400 if it is none, or one of another kind */
    private JsonObject configuration(Write write, GroupVersionKind kind) {
        JsonObject config = decoder.configuration(write.request(), kind, write.validation(), write.warnings());
        return ObjectMetadata.inNamespace(config, write.namespace());
    }

    private ApiResponse create(Write write, String name, JsonObject config, GroupVersionKind kind) {
        RequestInfo info = write.request().info();
        authorizers.require(new Authorizer.Attributes(
                write.request().user(),
                RequestInfo.resource("create", info.gvr(), info.namespace(), "", info.subresource()),
                ""));
        JsonObject merged = decoder.merged(
                tracking.applied(write, Updater.Part.MAIN, JsonValue.EMPTY_JSON_OBJECT, config, ""),
                kind,
                write.warnings());
        ObjectView view = new ObjectView(merged);
        if (view.name().isEmpty()) {
            throw ApiException.badRequest("name must be provided");
        }
        if (!view.name().equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + view.name() + ") does not match the name on the URL (" + name + ")");
        }
        if (!view.uid().isEmpty()) {
            throw ApiException.conflict(
                    write.resource().groupResource(),
                    name,
                    "uid mismatch: the provided object specified uid " + view.uid()
                            + ", and no existing object was found");
        }
        return creator.createApplied(write, merged);
    }
}
