package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.validation.FieldValidation;
import jakarta.json.JsonObject;

/**
 * One write on its way: what all steps of it need to know.
 *
 * @param subresource {@code ""} for the main resource
 * @param options the CreateOptions, UpdateOptions, PatchOptions or DeleteOptions as admission sees them
 */
record Write(
        ApiRequest request,
        RegisteredResource resource,
        String namespace,
        String subresource,
        boolean dryRun,
        FieldValidation validation,
        JsonObject options,
        Warnings warnings) {

    static Write of(ApiRequest request, RegisteredResource resource, String optionsKind, String subresource) {
        WriteParameters parameters = WriteParameters.of(request, optionsKind);
        return new Write(
                request,
                resource,
                resource.kind().namespaced() ? request.info().namespace() : "",
                subresource,
                parameters.dryRun(),
                parameters.validation(),
                parameters.toJson(optionsKind),
                new Warnings());
    }

    /** A request without options, such as a connection. */
    static Write plain(ApiRequest request, RegisteredResource resource, String subresource) {
        return new Write(
                request,
                resource,
                resource.kind().namespaced() ? request.info().namespace() : "",
                subresource,
                false,
                FieldValidation.IGNORE,
                jakarta.json.JsonValue.EMPTY_JSON_OBJECT,
                new Warnings());
    }

    KindDefinition kind() {
        return resource.kind();
    }
}
