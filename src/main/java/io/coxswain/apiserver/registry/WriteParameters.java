package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import jakarta.json.Json;
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
public record WriteParameters(boolean dryRun, FieldValidation validation, String fieldManager, boolean force) {

    /** The three ways to treat fields that the schema does not know. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    private static final int MAX_FIELD_MANAGER = 128;

    /** @throws ApiException 422 with one cause for each fault */
    public static WriteParameters of(ApiRequest request, String optionsKind) {
        List<FieldError> faults = new ArrayList<>();
        boolean dryRun = dryRun(request, faults);
        FieldValidation validation = validation(request, faults);
        String manager = request.parameter("fieldManager").orElse("");
        if (manager.length() > MAX_FIELD_MANAGER) {
            faults.add(FieldError.tooLong(FieldPath.of("fieldManager"), MAX_FIELD_MANAGER));
        } else if (manager.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            faults.add(FieldError.invalid(
                    FieldPath.of("fieldManager"), manager, "should only contain printable characters"));
        }
        if (!faults.isEmpty()) {
            throw ApiException.invalid(new GroupVersionKind("meta.k8s.io", "v1", optionsKind), "", faults);
        }
        return new WriteParameters(dryRun, validation, manager, request.flag("force"));
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

    private static FieldValidation validation(ApiRequest request, List<FieldError> faults) {
        String text = request.parameter("fieldValidation").orElse("");
        switch (text) {
            case "", "Warn":
                return FieldValidation.WARN;
            case "Strict":
                return FieldValidation.STRICT;
            case "Ignore":
                return FieldValidation.IGNORE;
            default:
                faults.add(FieldError.notSupported(
                        FieldPath.of("fieldValidation"), text, List.of("", "Ignore", "Strict", "Warn")));
                return FieldValidation.WARN;
        }
    }

    /** The options as admission plugins see them. */
    public JsonObject toJson(String optionsKind) {
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("kind", optionsKind).add("apiVersion", "meta.k8s.io/v1");
        if (dryRun) {
            json.add("dryRun", Json.createArrayBuilder().add("All"));
        }
        if (!fieldManager.isEmpty()) {
            json.add("fieldManager", fieldManager);
        }
        return json.build();
    }
}
