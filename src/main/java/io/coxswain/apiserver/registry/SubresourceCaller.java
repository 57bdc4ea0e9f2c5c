package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.patch.PatchRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** Serves the subresources that kinds bring along as {@link Subresource}s. */
final class SubresourceCaller {
    private final RequestDecoder decoder;
    private final WritePipeline pipeline;
    private final Reader reader;
    private final Updater updater;
    private final Applier applier;

    SubresourceCaller(RequestDecoder decoder, WritePipeline pipeline, Reader reader, Updater updater, Applier applier) {
        this.decoder = decoder;
        this.pipeline = pipeline;
        this.reader = reader;
        this.updater = updater;
        this.applier = applier;
    }

    ApiResponse call(ApiRequest request, RegisteredResource resource, Subresource subresource) {
        String verb = request.info().verb();
        if (!subresource.verbs().contains(verb)) {
            throw ApiException.methodNotSupported(
                    new io.coxswain.meta.GroupResource(
                            resource.groupResource().group(),
                            resource.groupResource().resource() + "/" + subresource.name()),
                    verb);
        }
        if (subresource instanceof Subresource.Connect connect) {
            return connect(request, resource, connect);
        }
        if (subresource instanceof Subresource.Action action) {
            return act(request, resource, action);
        }
        if (subresource instanceof Subresource.Change changing) {
            return change(request, resource, changing);
        }
        throw new IllegalStateException(subresource.getClass() + " is none of the forms of a subresource");
    }

    private ApiResponse connect(ApiRequest request, RegisteredResource resource, Subresource.Connect connect) {
        String name = connect.parentName(request.info().name());
        JsonObject parent = reader.named(name, request, resource).tree();
        Write write = Write.plain(request, resource, connect.name());
        pipeline.admitBody(write, Operation.CONNECT, connect.kind(), JsonValue.EMPTY_JSON_OBJECT, parent);
        return connect.connect(request, parent);
    }

    private ApiResponse act(ApiRequest request, RegisteredResource resource, Subresource.Action action) {
        Write write = Write.of(request, resource, "CreateOptions", action.name());
        JsonObject parent = reader.object(request, resource).tree();
        JsonObject body = request.body() == RequestBody.NONE
                ? JsonValue.EMPTY_JSON_OBJECT
                : decoder.object(request, action.kind(), write.validation(), write.warnings());
        JsonObject admitted = pipeline.admitBody(write, Operation.CREATE, action.kind(), body, parent);
        return action.perform(request, parent, admitted);
    }

    private ApiResponse change(ApiRequest request, RegisteredResource resource, Subresource.Change subresource) {
        String verb = request.info().verb();
        String name = request.info().name();
        if (verb.equals("get")) {
            JsonObject parent = reader.object(request, resource).tree();
            return new ObjectResponse(200, new TreeObject(subresource.answer(parent)), java.util.List.of());
        }
        boolean create = verb.equals("create");
        Write write = Write.of(
                request,
                resource,
                create ? "CreateOptions" : verb.equals("patch") ? "PatchOptions" : "UpdateOptions",
                subresource.name());
        Updater.Change change;
        if (verb.equals("patch") && MediaTypes.isApply(request.contentType())) {
            change = applier.through(write, subresource);
        } else if (verb.equals("patch")) {
            PatchRequest patch = decoder.patch(request);
            change = old ->
                    subresource.apply(old, decoder.patched(patch, subresource.answer(old), subresource.kind(), write));
        } else {
            JsonObject body = decoder.object(request, subresource.kind(), write.validation(), write.warnings());
            JsonObject sent = ObjectMetadata.inNamespace(body, write.namespace());
            // Nobody comes to own what a creation such as a binding does to the parent, as upstream.
            change = create
                    ? new Updater.Applied(old -> subresource.apply(old, sent))
                    : old -> subresource.apply(old, sent);
        }
        ApiObject changed = updater.change(write, name, Updater.Part.ANY, change);
        return new ObjectResponse(
                create ? 201 : 200,
                new TreeObject(subresource.answer(changed.tree())),
                write.warnings().list());
    }
}
