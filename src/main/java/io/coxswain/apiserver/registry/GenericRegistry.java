package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.AdmissionChain;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.registry.KindDefinition.ScalePaths;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.patch.PatchRequest;
import io.coxswain.store.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes authorized resource requests apart by verb and subresource. Thread-safe. */
@ApplicationScoped
public class GenericRegistry {
    private static final Set<String> NEED_NAME = Set.of("update", "patch");

    private ResourceRegistry resources;
    private RequestDecoder decoder;
    private WritePipeline pipeline;
    private Reader reader;
    private ComputedReader computedReader;
    private Creator creator;
    private Updater updater;
    private Applier applier;
    private Deleter deleter;
    private CollectionDeleter collectionDeleter;
    private Scales scales;
    private SubresourceCaller subresources;
    private Watches watches;
    private Freshness freshness;

    @SuppressWarnings("NullAway.Init")
    protected GenericRegistry() {}

    @Inject
    public GenericRegistry(
            ResourceRegistry resources,
            TypeSchemas schemas,
            ObjectStore store,
            AdmissionChain admission,
            AuthorizerChain authorizers,
            Watches watches,
            Clock clock) {
        this.resources = resources;
        this.watches = watches;
        Committer committer = new Committer(store, resources, clock);
        decoder = new RequestDecoder(schemas);
        pipeline = new WritePipeline(admission, committer);
        reader = new Reader(store);
        freshness = new Freshness(store);
        computedReader = new ComputedReader();
        FieldTracking tracking = new FieldTracking(schemas, resources, clock);
        creator = new Creator(decoder, pipeline, committer, tracking, clock);
        updater = new Updater(decoder, pipeline, committer, creator, tracking);
        applier = new Applier(decoder, tracking, updater, creator, authorizers);
        deleter = new Deleter(decoder, pipeline, committer, clock);
        collectionDeleter = new CollectionDeleter(reader, deleter, decoder);
        scales = new Scales(decoder, tracking, updater);
        subresources = new SubresourceCaller(decoder, pipeline, reader, updater, applier);
    }

    /** @throws ApiException 404 if nothing serves the resource */
    public RegisteredResource resource(RequestInfo info) {
        return resources.find(info.gvr()).orElseThrow(ApiException::pathNotFound);
    }

    /** @throws ApiException for every failure */
    public ApiResponse handle(ApiRequest request) {
        RequestInfo info = request.info();
        RegisteredResource resource = resource(info);
        if (!info.namespace().isEmpty() && !resource.kind().namespaced()) {
            throw ApiException.pathNotFound();
        }
        if (!info.name().isEmpty()
                && info.namespace().isEmpty()
                && resource.kind().namespaced()) {
            throw ApiException.pathNotFound();
        }
        ApiResponse answer = resource.subresources().get(info.subresource()) instanceof Subresource.Connect
                ? sub(request, resource)
                : freshness.answer(
                        request, () -> info.subresource().isEmpty() ? main(request, resource) : sub(request, resource));
        String deprecation = resource.kind().deprecation();
        return deprecation.isEmpty() ? answer : DeprecatedAnswer.of(answer, deprecation);
    }

    private ApiResponse main(ApiRequest request, RegisteredResource resource) {
        RequestInfo info = request.info();
        resource.requireVerb(info.verb());
        boolean nowhere = resource.kind().namespaced()
                && info.namespace().isEmpty()
                && info.verb().equals("create");
        boolean nameless = info.name().isEmpty() && NEED_NAME.contains(info.verb());
        if (nowhere || nameless || (info.verb().equals("create") && !info.name().isEmpty())) {
            throw ApiException.methodNotAllowed();
        }
        if (resource.kind() instanceof ComputedKind computed) {
            return info.verb().equals("get")
                    ? computedReader.get(request, resource, computed)
                    : computedReader.list(request, computed);
        }
        if (resource.kind() instanceof SubresourceAlias alias) {
            return alias(request, resource, alias);
        }
        return switch (info.verb()) {
            case "get" -> reader.get(request, resource);
            case "list" -> reader.list(request, resource);
            case "watch" -> watches.open(request, resource, Reader.namespace(request, resource));
            case "create" ->
                resource.kind() instanceof ReviewKind review
                        ? review(request, resource, review)
                        : creator.create(Write.of(request, resource, "CreateOptions", ""));
            case "update" ->
                updater.update(Write.of(request, resource, "UpdateOptions", ""), info.name(), Updater.Part.MAIN);
            case "patch" -> patch(Write.of(request, resource, "PatchOptions", ""), info.name(), Updater.Part.MAIN);
            case "delete" -> deleter.delete(request, resource);
            case "deletecollection" -> collectionDeleter.delete(request, resource);
            default -> throw ApiException.methodNotSupported(resource.groupResource(), info.verb());
        };
    }

    private ApiResponse sub(ApiRequest request, RegisteredResource resource) {
        RequestInfo info = request.info();
        Subresource own = resource.subresources().get(info.subresource());
        if (own != null) {
            return subresources.call(request, resource, own);
        }
        if (info.subresource().equals("status") && resource.kind().hasStatus()) {
            return status(request, resource);
        }
        if (info.subresource().equals("scale") && resource.kind().scale().isPresent()) {
            return scale(request, resource, resource.kind().scale().get());
        }
        throw ApiException.pathNotFound();
    }

    private ApiResponse status(ApiRequest request, RegisteredResource resource) {
        String name = request.info().name();
        return switch (request.info().verb()) {
            case "get" -> reader.get(request, resource);
            case "update" ->
                updater.update(Write.of(request, resource, "UpdateOptions", "status"), name, Updater.Part.STATUS);
            case "patch" -> patch(Write.of(request, resource, "PatchOptions", "status"), name, Updater.Part.STATUS);
            default -> throw unsupported(request, resource);
        };
    }

    private ApiResponse scale(ApiRequest request, RegisteredResource resource, ScalePaths paths) {
        String name = request.info().name();
        return switch (request.info().verb()) {
            case "get" ->
                new ObjectResponse(
                        200,
                        new TreeObject(
                                Scales.view(reader.object(request, resource).tree(), paths)),
                        List.of());
            case "update" -> scales.update(Write.of(request, resource, "UpdateOptions", "scale"), name, paths);
            case "patch" -> {
                Write write = Write.of(request, resource, "PatchOptions", "scale");
                yield MediaTypes.isApply(request.contentType())
                        ? scales.apply(write, name, paths)
                        : scales.patch(write, name, paths);
            }
            default -> throw unsupported(request, resource);
        };
    }

    private static ApiException unsupported(ApiRequest request, RegisteredResource resource) {
        GroupResource parent = resource.groupResource();
        return ApiException.methodNotSupported(
                new GroupResource(
                        parent.group(), parent.resource() + "/" + request.info().subresource()),
                request.info().verb());
    }

    private ApiResponse patch(Write write, String name, Updater.Part part) {
        if (MediaTypes.isApply(write.request().contentType())) {
            return applier.apply(write, name, part);
        }
        PatchRequest patch = decoder.patch(write.request());
        return updater.respond(
                write,
                updater.change(
                        write,
                        name,
                        part,
                        old -> decoder.patched(patch, old, write.resource().gvk(), write)));
    }

    private ApiResponse review(ApiRequest request, RegisteredResource resource, ReviewKind kind) {
        Write write = Write.of(request, resource, "CreateOptions", "");
        JsonObject body = decoder.object(request, resource.gvk(), write.validation(), write.warnings());
        JsonObject object = ObjectMetadata.inNamespace(body, write.namespace());
        JsonObject admitted = pipeline.admit(
                        write,
                        Operation.CREATE,
                        kind.defaults(object),
                        JsonValue.EMPTY_JSON_OBJECT,
                        kind::defaults,
                        whole -> reviewFaults(kind, whole))
                .object();
        return new ObjectResponse(
                201,
                new TreeObject(kind.review(request, admitted)),
                write.warnings().list());
    }

    /** Posts the body to the subresource that the kind stands for, of the object that the body names. */
    private ApiResponse alias(ApiRequest request, RegisteredResource resource, SubresourceAlias alias) {
        Write write = Write.of(request, resource, "CreateOptions", "");
        JsonObject body = decoder.object(request, resource.gvk(), write.validation(), write.warnings());
        String name = new ObjectView(body).name();
        if (name.isEmpty()) {
            throw ApiException.invalid(
                    resource.gvk(),
                    "",
                    List.of(FieldError.required(FieldPath.of("metadata", "name"), "name is required")));
        }
        RequestInfo target =
                RequestInfo.resource("create", alias.target(), request.info().namespace(), name, alias.subresource());
        return handle(new ApiRequest(
                request.user(),
                target,
                request.query(),
                new RequestBody.Tree(body),
                request.contentType(),
                request.accept(),
                request.userAgent(),
                request.remoteAddress(),
                request.requestId()));
    }

    private static List<FieldError> reviewFaults(ReviewKind kind, JsonObject object) {
        return new ArrayList<>(kind.validate(new ObjectView(object)));
    }
}
