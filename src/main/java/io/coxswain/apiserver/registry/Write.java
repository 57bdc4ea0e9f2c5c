package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.FieldValidation;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;

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

    /** Who writes, as managed fields name it: what the client says, or what stands before the slash of its user agent. */
    String fieldManager() {
        String named = new ObjectView(options).text("fieldManager");
        if (!named.isEmpty()) {
            return named;
        }
        String agent = request.userAgent();
        int slash = agent.indexOf('/');
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int symbol :
                (slash < 0 ? agent : agent.substring(0, slash)).codePoints().toArray()) {
            if (Character.isISOControl(symbol)) {
                continue;
            }
            bytes += Character.toString(symbol).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > WriteParameters.MAX_FIELD_MANAGER) {
                break;
            }
            name.appendCodePoint(symbol);
        }
        return name.toString();
    }

    /** Whether an apply may take fields from their owners. */
    boolean force() {
        return request.flag("force");
    }

    KindDefinition kind() {
        return resource.kind();
    }
}
