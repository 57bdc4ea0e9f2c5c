package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Environment variables, and the references to fields and resources that environments and downward API files share. */
final class EnvironmentValidation {
    /** Fields of a pod that its environment may show. */
    static final List<String> ENVIRONMENT_FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    /** Fields of a pod that files may show. */
    static final List<String> FILE_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    private static final Set<String> KNOWN_FIELDS = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs",
            "spec.host");
    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");
    private static final List<String> CPU_DIVISORS = List.of("0", "1m", "1");
    private static final List<String> BYTE_DIVISORS =
            List.of("0", "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
    private static final List<String> SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");

    private final Check check;

    EnvironmentValidation(Check check) {
        this.check = check;
    }

    void container(ObjectView container, FieldPath path) {
        check.each(container, path, "env", this::variable);
        check.each(container, path, "envFrom", (source, at) -> from(source, at, path.child("envFrom")));
    }

    private void variable(ObjectView variable, FieldPath path) {
        check.nonEmpty(variable, path, "name", name -> name(path.child("name"), name));
        check.in(variable, path, "valueFrom", (source, at) -> valueFrom(variable, source, at));
    }

    private void name(FieldPath path, String name) {
        check.invalid(path, name, Names.envVarName(name));
    }

    private void valueFrom(ObjectView variable, ObjectView source, FieldPath path) {
        check.in(source, path, "fieldRef", (reference, at) -> fieldReference(reference, at, ENVIRONMENT_FIELDS));
        check.in(source, path, "resourceFieldRef", (reference, at) -> resourceReference(reference, at, false));
        check.in(source, path, "configMapKeyRef", this::keySelector);
        check.in(source, path, "secretKeyRef", this::keySelector);
        long count =
                SOURCES.stream().filter(name -> source.at(name).isPresent()).count();
        if (count == 0) {
            check.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!variable.text("value").isEmpty()) {
            check.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (count > 1) {
            check.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    void fieldReference(ObjectView reference, FieldPath path, List<String> supported) {
        if (reference.text("apiVersion").isEmpty()) {
            check.required(path.child("apiVersion"));
            return;
        }
        String field = reference.text("fieldPath");
        if (field.isEmpty()) {
            check.required(path.child("fieldPath"));
            return;
        }
        int bracket = field.indexOf("['");
        if (bracket > 0 && field.endsWith("']")) {
            subscripted(path, field.substring(0, bracket), field.substring(bracket + 2, field.length() - 2));
        } else if (!KNOWN_FIELDS.contains(field)) {
            check.invalid(
                    path.child("fieldPath"), field, "error converting fieldPath: field label not supported: " + field);
        } else {
            check.supported(path.child("fieldPath"), field, supported);
        }
    }

    private void subscripted(FieldPath path, String field, String key) {
        switch (field) {
            case "metadata.annotations" ->
                check.invalid(path, key, LabelRules.qualifiedName(key.toLowerCase(Locale.ROOT)));
            case "metadata.labels" -> check.invalid(path, key, LabelRules.qualifiedName(key));
            default -> check.invalid(path, field, "does not support subscript");
        }
    }

    void resourceReference(ObjectView reference, FieldPath path, boolean inVolume) {
        String resource = reference.text("resource");
        if (inVolume && reference.text("containerName").isEmpty()) {
            check.required(path.child("containerName"));
        } else if (resource.isEmpty()) {
            check.required(path.child("resource"));
        } else if (!resource.startsWith("limits.hugepages-") && !resource.startsWith("requests.hugepages-")) {
            check.supported(path.child("resource"), resource, RESOURCES);
        }
        String divisor = reference.text("divisor");
        if (divisor.isEmpty()) {
            return;
        }
        if (resource.endsWith(".cpu") && !CPU_DIVISORS.contains(divisor)) {
            check.invalid(
                    path.child("divisor"),
                    resource,
                    "only divisor's values 1m and 1 are supported with the cpu resource");
        } else if (!resource.endsWith(".cpu") && !BYTE_DIVISORS.contains(divisor)) {
            String what = resource.endsWith(".memory")
                    ? "memory resource"
                    : resource.endsWith(".ephemeral-storage")
                            ? "local ephemeral storage resource"
                            : "hugepages resource";
            check.invalid(
                    path.child("divisor"),
                    resource,
                    "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the "
                            + what);
        }
    }

    private void keySelector(ObjectView selector, FieldPath path) {
        check.subdomain(path.child("name"), selector.text("name"));
        check.nonEmpty(selector, path, "key", key -> check.invalid(path.child("key"), key, Names.configMapKey(key)));
    }

    private void from(ObjectView source, FieldPath path, FieldPath list) {
        String prefix = source.text("prefix");
        if (!prefix.isEmpty()) {
            name(path.child("prefix"), prefix);
        }
        int count = 0;
        for (String kind : new String[] {"configMapRef", "secretRef"}) {
            if (source.at(kind).isPresent()) {
                count++;
                String name = source.text(kind, "name");
                FieldPath at = path.child(kind).child("name");
                if (name.isEmpty()) {
                    check.required(at);
                } else {
                    check.invalid(at, name, Names.dns1123Subdomain(name));
                }
            }
        }
        if (count == 0) {
            check.add(FieldError.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`"));
        } else if (count > 1) {
            check.add(FieldError.invalid(list, "", "may not have more than one field specified at a time"));
        }
    }
}
