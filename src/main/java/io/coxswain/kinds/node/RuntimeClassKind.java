package io.coxswain.kinds.node;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code node.k8s.io/v1 RuntimeClass}: a way to run containers, by a name that pods use. */
@ApplicationScoped
public class RuntimeClassKind extends ClusterKind {
    public RuntimeClassKind() {
        super(ResourceNames.of("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses"));
    }

    @Override
    public List<FieldError> validate(ObjectView runtimeClass) {
        Check check = new Check();
        String handler = runtimeClass.text("handler");
        check.invalid(FieldPath.of("handler"), handler, Names.dns1123Label(handler));
        FieldPath overhead = FieldPath.of("overhead", "podFixed");
        ResourceRules.amounts(runtimeClass, "overhead", "podFixed")
                .forEach((name, amount) -> ResourceRules.checkAmount(check, overhead.key(name), name, amount));
        check.in(runtimeClass, FieldPath.of("scheduling"), "scheduling", (scheduling, ignored) -> {
            FieldPath at = FieldPath.of("scheduling");
            LabelRules.checkLabels(scheduling.texts("nodeSelector"), at.child("nodeSelector"), check.errors());
            PodSpecValidation.tolerations(check, scheduling, at);
            Set<JsonValue> seen = new HashSet<>();
            int i = 0;
            for (ObjectView toleration : scheduling.items("tolerations")) {
                if (!seen.add(toleration.json())) {
                    check.duplicate(at.child("tolerations").index(i), toleration.json());
                }
                i++;
            }
        });
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        String handler = now.text("handler");
        return handler.equals(old.text("handler"))
                ? List.of()
                : List.of(FieldError.invalid(FieldPath.of("handler"), handler, Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Handler"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView runtimeClass, Instant now) {
        return Cells.named(runtimeClass, now)
                .text(runtimeClass.text("handler"))
                .age()
                .list();
    }
}
