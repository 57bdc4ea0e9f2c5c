package io.coxswain.kinds.networking;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code networking.k8s.io/v1 IngressClass}. */
@ApplicationScoped
public class IngressClassKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MAX_CONTROLLER = 250;

    public IngressClassKind() {
        super(ResourceNames.of("networking.k8s.io", "v1", "IngressClass", "ingressclasses"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject ingressClass) {
        return TreeEditor.edit(
                ingressClass,
                editor -> editor.editField(
                        "spec",
                        spec -> spec.editField("parameters", parameters -> parameters.setDefault("scope", "Cluster"))));
    }

    @Override
    public List<FieldError> validate(ObjectView ingressClass) {
        Check check = new Check();
        ObjectView spec = new ObjectView(ingressClass.object("spec"));
        String controller = spec.text("controller");
        FieldPath path = SPEC.child("controller");
        if (controller.length() > MAX_CONTROLLER) {
            check.add(FieldError.tooLong(path, MAX_CONTROLLER));
        }
        int slash = controller.indexOf('/');
        if (slash <= 0 || slash == controller.length() - 1) {
            check.invalid(path, controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            check.subdomain(path, controller.substring(0, slash));
        }
        check.in(spec, SPEC, "parameters", (parameters, at) -> parameters(check, parameters, at));
        return check.errors();
    }

    private static void parameters(Check check, ObjectView parameters, FieldPath path) {
        String group = parameters.text("apiGroup");
        if (!group.isEmpty()) {
            check.subdomain(path.child("apiGroup"), group);
        }
        check.nonEmpty(
                parameters, path, "kind", kind -> check.invalid(path.child("kind"), kind, Names.pathSegment(kind)));
        check.nonEmpty(
                parameters, path, "name", name -> check.invalid(path.child("name"), name, Names.pathSegment(name)));
        String scope = parameters.text("scope");
        String namespace = parameters.text("namespace");
        switch (scope) {
            case "Namespace" -> {
                if (namespace.isEmpty()) {
                    check.required(path.child("namespace"), "`parameters.scope` is set to 'Namespace'");
                } else {
                    check.label(path.child("namespace"), namespace);
                }
            }
            case "Cluster" -> {
                if (parameters.at("namespace").isPresent()) {
                    check.forbidden(path.child("namespace"), "`parameters.scope` is set to 'Cluster'");
                }
            }
            case "" -> check.required(path.child("scope"));
            default -> check.supported(path.child("scope"), scope, List.of("Cluster", "Namespace"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        String controller = now.text("spec", "controller");
        return controller.equals(old.text("spec", "controller"))
                ? List.of()
                : List.of(FieldError.invalid(SPEC.child("controller"), controller, Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Controller"),
                TableColumn.text("Parameters"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView ingressClass, Instant now) {
        ObjectView parameters = new ObjectView(ingressClass.object("spec", "parameters"));
        String group = parameters.text("apiGroup");
        String shown = parameters.json().isEmpty()
                ? ""
                : parameters.text("kind") + (group.isEmpty() ? "" : "." + group) + "/" + parameters.text("name");
        return Cells.named(ingressClass, now)
                .text(ingressClass.text("spec", "controller"))
                .textOrNone(shown)
                .age()
                .list();
    }
}
