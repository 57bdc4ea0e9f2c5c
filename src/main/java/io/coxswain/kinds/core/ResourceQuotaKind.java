package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code v1 ResourceQuota}. */
@ApplicationScoped
public class ResourceQuotaKind extends NamespacedKind {
    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");
    private static final Set<String> POD_RESOURCES = Set.of(
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    public ResourceQuotaKind() {
        super(ResourceNames.of("", "v1", "ResourceQuota", "resourcequotas").shortNames("quota"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject quota) {
        return TreeEditor.edit(
                quota, editor -> editor.editOrCreate("spec", spec -> {}).editOrCreate("status", status -> {}));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject quota) {
        return JsonTrees.set(quota, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView quota) {
        Check check = new Check();
        FieldPath path = FieldPath.of("spec");
        amounts(check, quota, path.child("hard"), "spec", "hard");
        amounts(check, quota, FieldPath.of("status", "hard"), "status", "hard");
        amounts(check, quota, FieldPath.of("status", "used"), "status", "used");
        scopes(check, quota, path.child("scopes"));
        check.in(
                new ObjectView(quota.object("spec")),
                path,
                "scopeSelector",
                (selector, at) -> check.each(
                        selector,
                        at,
                        "matchExpressions",
                        (expression, one) -> scopeExpression(check, expression, one)));
        return check.errors();
    }

    private static void amounts(Check check, ObjectView quota, FieldPath path, String... fields) {
        ResourceRules.amounts(quota, fields).forEach((name, amount) -> {
            ResourceRules.checkQuotaName(check, path.key(name), name);
            ResourceRules.checkAmount(check, path.key(name), name, amount);
        });
    }

    private static void scopes(Check check, ObjectView quota, FieldPath path) {
        Set<String> scopes = new TreeSet<>(quota.strings("spec", "scopes"));
        Set<String> resources = quota.object("spec", "hard").keySet();
        for (String scope : scopes) {
            if (!SCOPES.contains(scope)) {
                check.invalid(path, quota.array("spec", "scopes"), "unsupported scope");
            }
            for (String resource : resources) {
                if (ResourceRules.isStandardQuotaName(resource) && !isCountable(scope, resource)) {
                    check.invalid(path, quota.array("spec", "scopes"), "unsupported scope applied to resource");
                }
            }
        }
        if (scopes.containsAll(List.of("BestEffort", "NotBestEffort"))
                || scopes.containsAll(List.of("Terminating", "NotTerminating"))) {
            check.invalid(path, quota.array("spec", "scopes"), "conflicting scopes");
        }
    }

    /** Best-effort pods ask for nothing, so that only their number can be bounded; the other scopes choose pods. */
    private static boolean isCountable(String scope, String resource) {
        return switch (scope) {
            case "BestEffort" -> resource.equals("pods");
            case "VolumeAttributesClass" ->
                resource.equals("persistentvolumeclaims") || resource.equals("requests.storage");
            default ->
                POD_RESOURCES.contains(resource)
                        || ResourceRules.isHugePages(resource)
                        || resource.startsWith("requests.hugepages-")
                        || resource.startsWith("limits.hugepages-");
        };
    }

    private static void scopeExpression(Check check, ObjectView expression, FieldPath path) {
        String scope = expression.text("scopeName");
        if (!SCOPES.contains(scope)) {
            check.invalid(path.child("scopeName"), scope, "unsupported scope");
        }
        String operator = expression.text("operator");
        boolean values = !expression.array("values").isEmpty();
        switch (operator) {
            case "In", "NotIn" -> {
                if (!values) {
                    check.required(
                            path.child("values"),
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values) {
                    check.invalid(
                            path.child("values"),
                            expression.array("values"),
                            "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector");
                }
            }
            default -> check.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        if (!scope.equals("PriorityClass") && SCOPES.contains(scope) && !operator.equals("Exists")) {
            check.invalid(
                    path.child("operator"),
                    operator,
                    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating,"
                            + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                            + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Set<String> before = new TreeSet<>(old.strings("spec", "scopes"));
        return before.equals(new TreeSet<>(now.strings("spec", "scopes")))
                ? List.of()
                : List.of(FieldError.invalid(
                        FieldPath.of("spec", "scopes"), now.array("spec", "scopes"), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Request"),
                TableColumn.text("Limit"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView quota, Instant now) {
        Map<String, String> used = quota.texts("status", "used");
        List<String> requests = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        new TreeMap<>(quota.texts("status", "hard")).forEach((resource, hard) -> {
            String entry = resource + ": " + used.getOrDefault(resource, "0") + "/" + hard;
            (resource.startsWith("limits.") ? limits : requests).add(entry);
        });
        return Cells.named(quota, now)
                .text(String.join(", ", requests))
                .text(String.join(", ", limits))
                .age()
                .list();
    }
}
