package io.coxswain.admission.podsecurity;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Refuses pods that violate the level their namespace enforces, and warns of pods, and of templates of pods, that violate the
 * level it warns at. Labels of a namespace that cannot be read are refused; a stricter level is taken, with a warning about the
 * pods that are there already.
 */
@ApplicationScoped
public class PodSecurity implements ValidatingAdmission {
    private static final ResourceType<JsonObject> NAMESPACES =
            ResourceType.cluster("", "v1", "namespaces", "Namespace", JsonObject.class);
    private static final ResourceType<JsonObject> PODS =
            ResourceType.namespaced("", "v1", "pods", "Pod", JsonObject.class);

    /** Anything else that is written through pods may change their spec. */
    private static final Set<String> HARMLESS =
            Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");

    /** Where the kinds that make pods keep their template. */
    private static final Map<String, String[]> TEMPLATES = Map.of(
            "podtemplates", new String[] {"template"},
            "replicationcontrollers", new String[] {"spec", "template"},
            "replicasets.apps", new String[] {"spec", "template"},
            "deployments.apps", new String[] {"spec", "template"},
            "statefulsets.apps", new String[] {"spec", "template"},
            "daemonsets.apps", new String[] {"spec", "template"},
            "jobs.batch", new String[] {"spec", "template"},
            "cronjobs.batch", new String[] {"spec", "jobTemplate", "spec", "template"});

    private final ReadThrough<JsonObject> namespaces;
    private final ExistingPods existing;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PodSecurity() {
        this.namespaces = null;
        this.existing = null;
    }

    @Inject
    public PodSecurity(CachedReads reads) {
        this.namespaces = reads.of(NAMESPACES);
        ReadThrough<JsonObject> pods = reads.of(PODS);
        this.existing = new ExistingPods(pods::liveList);
    }

    @Override
    public String name() {
        return "PodSecurity";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        if (attributes.operation() != Operation.CREATE && attributes.operation() != Operation.UPDATE) {
            return false;
        }
        String resource = attributes.resource().groupResource().toString();
        if (resource.equals("pods")) {
            return !HARMLESS.contains(attributes.subresource());
        }
        return attributes.subresource().isEmpty() && (resource.equals("namespaces") || TEMPLATES.containsKey(resource));
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        String resource = attributes.resource().groupResource().toString();
        if (resource.equals("namespaces")) {
            namespace(attributes);
            return;
        }
        NamespacePolicy policy = policy(attributes);
        ObjectView object = new ObjectView(attributes.object());
        if (resource.equals("pods")) {
            boolean idle = policy.enforce().isPrivileged() && policy.warn().isPrivileged();
            boolean same = attributes.operation() == Operation.UPDATE
                    && !isSignificant(object, new ObjectView(attributes.oldObject()));
            if (!idle && !same) {
                enforce(attributes, policy, PodShape.of(object));
            }
            return;
        }
        JsonObject template = object.object(Objects.requireNonNull(TEMPLATES.get(resource)));
        if (!policy.warn().isPrivileged() && !template.isEmpty()) {
            warn(attributes, policy, PodShape.of(new ObjectView(template)));
        }
    }

    private NamespacePolicy policy(AdmissionAttributes attributes) {
        String name = attributes.namespace();
        JsonObject namespace = namespaces
                .get("", name)
                .orElseThrow(() ->
                        ApiException.of(500, "InternalError", "failed to lookup namespace \"" + name + "\"", null));
        return NamespacePolicy.of(new ObjectView(namespace).labels());
    }

    private static void enforce(AdmissionAttributes attributes, NamespacePolicy policy, PodShape pod) {
        List<Violation> violations = PodStandards.violations(policy.enforce(), pod);
        if (!violations.isEmpty()) {
            throw attributes.forbidden(
                    "violates PodSecurity \"" + policy.enforce() + "\": " + Violation.details(violations));
        }
        warn(attributes, policy, pod);
    }

    private static void warn(AdmissionAttributes attributes, NamespacePolicy policy, PodShape pod) {
        List<Violation> violations = PodStandards.violations(policy.warn(), pod);
        if (!violations.isEmpty()) {
            attributes
                    .warnings()
                    .accept("would violate PodSecurity \"" + policy.warn() + "\": " + Violation.details(violations));
        }
    }

    private void namespace(AdmissionAttributes attributes) {
        NamespacePolicy now = NamespacePolicy.of(new ObjectView(attributes.object()).labels());
        NamespacePolicy old = NamespacePolicy.of(new ObjectView(attributes.oldObject()).labels());
        boolean creation = attributes.operation() == Operation.CREATE;
        // What was unreadable before may stay so: it must not keep other changes from being made.
        if (!now.errors().isEmpty() && (creation || !now.errors().equals(old.errors()))) {
            throw ApiException.invalid(attributes.kind(), attributes.name(), now.errors());
        }
        PolicyLevel level = now.enforce();
        boolean relaxed = level.minor() == old.enforce().minor()
                && level.name().compareTo(old.enforce().name()) <= 0;
        if (!creation && !level.isPrivileged() && !relaxed) {
            existing.warnings(attributes.name(), level).forEach(attributes.warnings());
        }
    }

    /** Whether an update changes what the checks look at: images, containers and the seccomp annotations may change. */
    private static boolean isSignificant(ObjectView now, ObjectView old) {
        PodShape shape = PodShape.of(now);
        PodShape before = PodShape.of(old);
        return !images(shape).equals(images(before)) || !seccomp(shape).equals(seccomp(before));
    }

    private static List<String> images(PodShape pod) {
        return pod.containers().stream()
                .map(container -> container.text("name") + " " + container.text("image"))
                .toList();
    }

    private static Map<String, String> seccomp(PodShape pod) {
        return pod.annotations().entrySet().stream()
                .filter(entry -> entry.getKey().contains("seccomp.security.alpha.kubernetes.io/"))
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
