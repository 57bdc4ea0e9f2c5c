package io.coxswain.kinds.apiregistration;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.kinds.webhook.WebhookClientRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code apiregistration.k8s.io/v1 APIService}: which server serves a group version. */
@ApplicationScoped
public class ApiServiceKind extends ClusterKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public ApiServiceKind() {
        super(ResourceNames.of("apiregistration.k8s.io", "v1", "APIService", "apiservices")
                .categories("api-extensions"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject service) {
        return TreeEditor.edit(service, editor -> {
            editor.editField("spec", spec -> spec.editField("service", reference -> reference.setDefault("port", 443)));
            editor.editOrCreate("status", status -> {});
        });
    }

    /** A group version that this server serves itself is there at once. */
    @Override
    public JsonObject prepareForCreate(JsonObject service) {
        ObjectView view = new ObjectView(service);
        TreeEditor status = TreeEditor.create();
        if (view.at("spec", "service").isEmpty()) {
            status.append(
                    "conditions",
                    TreeEditor.create()
                            .set("type", "Available")
                            .set("status", "True")
                            .set("lastTransitionTime", view.text("metadata", "creationTimestamp"))
                            .set("reason", "Local")
                            .set("message", "Local APIServices are always available")
                            .build());
        }
        return JsonTrees.set(service, status.build(), "status");
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.pathSegment(name, prefix);
    }

    @Override
    public List<FieldError> validate(ObjectView service) {
        Check check = new Check();
        ObjectView spec = new ObjectView(service.object("spec"));
        String group = spec.text("group");
        String version = spec.text("version");
        String expected = version + "." + group;
        if (!service.name().equals(expected) && !service.name().isEmpty()) {
            check.invalid(
                    FieldPath.of("metadata", "name"),
                    service.name(),
                    "must be `spec.version+\".\"+spec.group`: \"" + expected + "\"");
        }
        if (group.isEmpty()) {
            if (!version.equals("v1")) {
                check.required(SPEC.child("group"), "only v1 may have an empty group and it better be legacy kube");
            }
        } else {
            check.subdomain(SPEC.child("group"), group);
        }
        check.invalid(SPEC.child("version"), version, Names.dns1035Label(version));
        priority(check, spec, "groupPriorityMinimum", 20000);
        priority(check, spec, "versionPriority", 1000);
        boolean bundle = !spec.text("caBundle").isEmpty();
        boolean insecure = spec.flag("insecureSkipTLSVerify").orElse(false);
        if (spec.at("service").isEmpty()) {
            if (bundle) {
                check.invalid(
                        SPEC.child("caBundle"),
                        spec.text("caBundle").length() + " bytes",
                        "local APIServices may not have a caBundle");
            }
            if (insecure) {
                check.invalid(
                        SPEC.child("insecureSkipTLSVerify"),
                        true,
                        "local APIServices may not have insecureSkipTLSVerify");
            }
            return check.errors();
        }
        check.in(spec, SPEC, "service", (reference, at) -> WebhookClientRules.service(check, reference, at));
        if (insecure && bundle) {
            check.invalid(SPEC.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present");
        }
        return check.errors();
    }

    private static void priority(Check check, ObjectView spec, String field, long most) {
        long priority = spec.number(field).orElse(0L);
        if (priority <= 0 || priority > most) {
            check.invalid(SPEC.child(field), priority, "must be positive and less than " + most);
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        int i = 0;
        for (ObjectView condition : now.items("status", "conditions")) {
            FieldPath path = FieldPath.of("status", "conditions").index(i++);
            check.oneOf(condition, path, "status", List.of("False", "True", "Unknown"));
        }
        return check.errors();
    }

    /** A service elsewhere is not asked yet. */
    @Override
    public List<String> warnings(ObjectView service) {
        return service.at("spec", "service").isPresent() ? NotYetEffective.super.warnings(service) : List.of();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Service"),
                TableColumn.text("Available"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView service, Instant now) {
        ObjectView reference = new ObjectView(service.object("spec", "service"));
        String available = "Unknown";
        for (ObjectView condition : service.items("status", "conditions")) {
            if (condition.text("type").equals("Available")) {
                available = condition.text("status");
                if (!available.equals("True")) {
                    available = available + " (" + condition.text("reason") + ")";
                }
            }
        }
        return Cells.named(service, now)
                .text(reference.json().isEmpty() ? "Local" : reference.text("namespace") + "/" + reference.text("name"))
                .text(available)
                .age()
                .list();
    }
}
