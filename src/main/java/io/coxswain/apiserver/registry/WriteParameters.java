package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.validation.FieldValidation;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * CreateOptions, UpdateOptions and PatchOptions, as they stand in a query.
 *
 * @param dryRun nothing is stored
 * @param validation what becomes of unknown and duplicate fields
 * @param fieldManager who writes; {@code ""} if not said
 */
public record WriteParameters(boolean dryRun, FieldValidation validation, String fieldManager) {

    static final int MAX_FIELD_MANAGER = 128;

    /** @throws ApiException 422 with one cause for each fault */
    public static WriteParameters of(ApiRequest request, String optionsKind) {
        List<FieldError> faults = new ArrayList<>();
        boolean dryRun = dryRun(request, faults);
        FieldValidation validation =
                FieldValidation.parse(request.parameter("fieldValidation").orElse(""), optionsKind);
        String manager = request.parameter("fieldManager").orElse("");
        boolean apply = MediaTypes.isApply(request.contentType());
        if (optionsKind.equals("PatchOptions") && apply && manager.isEmpty()) {
            faults.add(FieldError.required(FieldPath.of("fieldManager"), "is required for apply patch"));
        } else if (optionsKind.equals("PatchOptions")
                && !apply
                && request.parameter("force").isPresent()) {
            faults.add(FieldError.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch"));
        }
        if (manager.length() > MAX_FIELD_MANAGER) {
            faults.add(FieldError.tooLong(FieldPath.of("fieldManager"), MAX_FIELD_MANAGER));
        } else if (manager.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            faults.add(FieldError.invalid(
                    FieldPath.of("fieldManager"), manager, "should only contain printable characters"));
        }
        if (!faults.isEmpty()) {
            throw ApiException.invalid(new GroupVersionKind("meta.k8s.io", "v1", optionsKind), "", faults);
        }
        return new WriteParameters(dryRun, validation, manager);
    }

    static boolean dryRun(ApiRequest request, List<FieldError> faults) {
        List<String> values = request.query().getOrDefault("dryRun", List.of());
        for (String value : values) {
            if (!value.equals("All")) {
                faults.add(FieldError.notSupported(FieldPath.of("dryRun"), value, List.of("All")));
            }
        }
        return !values.isEmpty();
    }

    /** The options as admission plugins see them. */
    public JsonObject toJson(String optionsKind) {
        JsonObjectBuilder json = JsonTrees.object().add("kind", optionsKind).add("apiVersion", "meta.k8s.io/v1");
        if (dryRun) {
            json.add("dryRun", JsonTrees.array().add("All"));
        }
        if (!fieldManager.isEmpty()) {
            json.add("fieldManager", fieldManager);
        }
        return json.build();
    }
}
