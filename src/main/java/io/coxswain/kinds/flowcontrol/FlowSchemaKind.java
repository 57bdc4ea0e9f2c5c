package io.coxswain.kinds.flowcontrol;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
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
import java.util.List;

/** {@code flowcontrol.apiserver.k8s.io/v1 FlowSchema}. */
@ApplicationScoped
public class FlowSchemaKind extends ClusterKind {
    private static final String ALL = "*";
    private static final int LAST_PRECEDENCE = 10_000;
    private static final List<String> VERBS = List.of(
            "create",
            "delete",
            "deletecollection",
            "get",
            "head",
            "list",
            "options",
            "patch",
            "post",
            "proxy",
            "put",
            "update",
            "watch");

    public FlowSchemaKind() {
        super(ResourceNames.of("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema", "flowschemas"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject schema) {
        return TreeEditor.edit(
                schema, editor -> editor.editField("spec", spec -> spec.setDefault("matchingPrecedence", 1000)));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject schema) {
        return JsonTrees.set(schema, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView schema) {
        Check check = new Check();
        FieldPath spec = FieldPath.of("spec");
        long precedence = schema.number("spec", "matchingPrecedence").orElse(0L);
        if (precedence < 1 || precedence > LAST_PRECEDENCE) {
            check.invalid(
                    spec.child("matchingPrecedence"),
                    precedence,
                    "must be a value between 1 and " + LAST_PRECEDENCE + " inclusive");
        }
        if (precedence == 1 && !schema.name().equals("exempt")) {
            check.invalid(
                    spec.child("matchingPrecedence"),
                    precedence,
                    "only the schema named 'exempt' may have matchingPrecedence 1");
        }
        if (schema.at("spec", "distinguisherMethod").isPresent()) {
            check.supported(
                    spec.child("distinguisherMethod").child("type"),
                    schema.text("spec", "distinguisherMethod", "type"),
                    List.of("ByNamespace", "ByUser"));
        }
        FieldPath level = spec.child("priorityLevelConfiguration").child("name");
        String name = schema.text("spec", "priorityLevelConfiguration", "name");
        if (name.isEmpty()) {
            check.required(level, "must reference a priority level");
        } else {
            check.subdomain(level, name);
        }
        check.each(new ObjectView(schema.object("spec")), spec, "rules", (rule, at) -> rule(check, rule, at));
        return check.errors();
    }

    private static void rule(Check check, ObjectView rule, FieldPath at) {
        if (rule.array("subjects").isEmpty()) {
            check.required(at.child("subjects"), "subjects must contain at least one value");
        }
        check.each(rule, at, "subjects", (subject, path) -> subject(check, subject, path));
        if (rule.array("resourceRules").isEmpty()
                && rule.array("nonResourceRules").isEmpty()) {
            check.required(at, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        check.each(rule, at, "resourceRules", (one, path) -> {
            verbs(check, one, path);
            list(check, one, path, "apiGroups", "resource rules must supply at least one api group");
            list(check, one, path, "resources", "resource rules must supply at least one resource");
            boolean clusterScope = one.flag("clusterScope").orElse(false);
            if (one.array("namespaces").isEmpty() && !clusterScope) {
                check.required(
                        path.child("namespaces"),
                        "resource rules that are not cluster scoped must supply at least one namespace");
            }
            alone(check, one, path, "namespaces");
        });
        check.each(rule, at, "nonResourceRules", (one, path) -> {
            verbs(check, one, path);
            list(check, one, path, "nonResourceURLs", "nonResourceURLs must contain at least one value");
            int i = 0;
            for (String url : one.strings("nonResourceURLs")) {
                FieldPath each = path.child("nonResourceURLs").index(i++);
                if (url.isEmpty()) {
                    check.required(each);
                } else if (!url.equals(ALL)) {
                    url(check, url, each);
                }
            }
        });
    }

    private static void url(Check check, String url, FieldPath at) {
        if (!url.startsWith("/")) {
            check.invalid(at, url, "must start with slash");
        } else if (url.contains("//")) {
            check.invalid(at, url, "must not contain double slash");
        } else if (url.contains(ALL) && url.indexOf('*') != url.length() - 1) {
            check.invalid(at, url, "wildcard can only do suffix matching");
        } else if (url.endsWith("*") && !url.endsWith("/*")) {
            check.invalid(at, url, "wildcard must be a full path segment");
        }
    }

    private static void subject(Check check, ObjectView subject, FieldPath at) {
        String kind = subject.text("kind");
        List<String> fields = List.of("serviceAccount", "user", "group");
        String own = switch (kind) {
            case "ServiceAccount" -> "serviceAccount";
            case "User" -> "user";
            case "Group" -> "group";
            default -> "";
        };
        if (own.isEmpty()) {
            check.supported(at.child("kind"), kind, List.of("Group", "ServiceAccount", "User"));
            return;
        }
        for (String field : fields) {
            boolean present = subject.at(field).isPresent();
            if (field.equals(own) && !present) {
                check.required(at.child(field), field + " is required when subject kind is '" + kind + "'");
            } else if (!field.equals(own) && present) {
                check.forbidden(
                        at.child(field),
                        field + " is forbidden when subject kind is not '" + Character.toUpperCase(field.charAt(0))
                                + field.substring(1) + "'");
            }
        }
        check.in(subject, at, own, (who, path) -> {
            if (who.text("name").isEmpty()) {
                check.required(path.child("name"));
            }
            if (own.equals("serviceAccount") && who.text("namespace").isEmpty()) {
                check.required(path.child("namespace"), "must specify namespace for service account");
            }
        });
    }

    private static void verbs(Check check, ObjectView rule, FieldPath at) {
        List<String> verbs = rule.strings("verbs");
        list(check, rule, at, "verbs", "verbs must contain at least one value");
        if (!verbs.contains(ALL)) {
            for (int i = 0; i < verbs.size(); i++) {
                check.supported(at.child("verbs").index(i), verbs.get(i), VERBS);
            }
        }
    }

    private static void list(Check check, ObjectView rule, FieldPath at, String field, String why) {
        if (rule.array(field).isEmpty()) {
            check.required(at.child(field), why);
        }
        alone(check, rule, at, field);
    }

    private static void alone(Check check, ObjectView rule, FieldPath at, String field) {
        List<String> values = rule.strings(field);
        if (values.size() > 1 && values.contains(ALL)) {
            check.invalid(
                    at.child(field),
                    values,
                    "if '*' is present, must not specify other "
                            + (field.equals("apiGroups")
                                    ? "api groups"
                                    : field.equals("nonResourceURLs") ? "non-resource URLs" : field));
        }
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("PriorityLevel"),
                TableColumn.number("MatchingPrecedence"),
                TableColumn.text("DistinguisherMethod"),
                TableColumn.text("Age"),
                TableColumn.text("MissingPL"));
    }

    @Override
    public List<JsonValue> cells(ObjectView schema, Instant now) {
        String missing = schema.items("status", "conditions").stream()
                .filter(condition -> condition.text("type").equals("Dangling"))
                .map(condition -> condition.text("status"))
                .findFirst()
                .orElse("?");
        return Cells.named(schema, now)
                .text(schema.text("spec", "priorityLevelConfiguration", "name"))
                .number(schema.number("spec", "matchingPrecedence").orElse(0L))
                .textOrNone(schema.text("spec", "distinguisherMethod", "type"))
                .age()
                .text(missing)
                .list();
    }
}
