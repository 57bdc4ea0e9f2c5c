package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.FieldValidation;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * DeleteOptions, from the body if there is one, else from the query.
 *
 * @param policy Background, Foreground, Orphan; {@code ""} if the kind's default is to hold
 * @param orphanDependents the old way to say it, which wins over all that is stored in the object
 * @param uid {@code ""} or a precondition
 * @param resourceVersion {@code ""} or a precondition
 */
record DeleteParameters(
        Optional<Long> gracePeriodSeconds,
        String policy,
        Optional<Boolean> orphanDependents,
        String uid,
        String resourceVersion,
        boolean dryRun,
        JsonObject options) {
    static final DeleteParameters DEFAULT =
            new DeleteParameters(Optional.empty(), "", Optional.empty(), "", "", false, JsonValue.EMPTY_JSON_OBJECT);

    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan");
    private static final GroupVersionKind BODY = new GroupVersionKind("", "v1", "DeleteOptions");
    private static final GroupVersionKind ERROR_KIND = new GroupVersionKind("meta.k8s.io", "v1", "DeleteOptions");

    /** @throws ApiException 400 for a body that is none, 422 for options that make no sense */
    static DeleteParameters of(ApiRequest request, RequestDecoder decoder) {
        JsonObject options = hasBody(request) ? fromBody(request, decoder) : fromQuery(request);
        ObjectView view = new ObjectView(options);
        DeleteParameters parameters = new DeleteParameters(
                // Upstream takes a negative period for one second.
                view.number("gracePeriodSeconds").map(seconds -> seconds < 0 ? 1L : seconds),
                view.text("propagationPolicy"),
                view.flag("orphanDependents"),
                view.text("preconditions", "uid"),
                view.text("preconditions", "resourceVersion"),
                !view.strings("dryRun").isEmpty(),
                options);
        List<FieldError> faults = parameters.faults();
        if (!faults.isEmpty()) {
            throw ApiException.invalid(ERROR_KIND, "", faults);
        }
        return parameters;
    }

    private static boolean hasBody(ApiRequest request) {
        return request.body() instanceof RequestBody.Tree
                || (request.body() instanceof RequestBody.Encoded encoded && encoded.bytes().length > 0);
    }

    /** Clients send DeleteOptions of any group version, and some send {@code {}}. */
    private static JsonObject fromBody(ApiRequest request, RequestDecoder decoder) {
        return decoder.object(request, BODY, FieldValidation.IGNORE, new Warnings());
    }

    private static JsonObject fromQuery(ApiRequest request) {
        JsonObjectBuilder options =
                JsonTrees.object().add("kind", "DeleteOptions").add("apiVersion", "v1");
        request.parameter("gracePeriodSeconds").filter(text -> !text.isEmpty()).ifPresent(text -> {
            try {
                options.add("gracePeriodSeconds", Long.parseLong(text));
            } catch (NumberFormatException e) {
                throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
            }
        });
        request.parameter("propagationPolicy")
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> options.add("propagationPolicy", text));
        if (request.parameter("orphanDependents").isPresent()) {
            options.add("orphanDependents", request.flag("orphanDependents"));
        }
        List<String> dryRun = request.query().getOrDefault("dryRun", List.of());
        if (!dryRun.isEmpty()) {
            options.add("dryRun", JsonTrees.texts(dryRun));
        }
        return options.build();
    }

    private List<FieldError> faults() {
        List<FieldError> faults = new ArrayList<>();
        if (!policy.isEmpty() && orphanDependents.isPresent()) {
            faults.add(FieldError.invalid(
                    FieldPath.of("propagationPolicy"),
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            List<String> choices = new ArrayList<>(POLICIES);
            choices.add("nil");
            faults.add(FieldError.notSupported(FieldPath.of("propagationPolicy"), policy, choices));
        }
        for (String value : new ObjectView(options).strings("dryRun")) {
            if (!value.equals("All")) {
                faults.add(FieldError.notSupported(FieldPath.of("dryRun"), value, List.of("All")));
            }
        }
        return faults;
    }
}
