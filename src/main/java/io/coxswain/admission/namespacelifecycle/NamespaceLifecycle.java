package io.coxswain.admission.namespacelifecycle;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses writes into namespaces that do not exist, creations in namespaces that are being deleted, and the deletion of
 * the namespaces that the cluster itself needs.
 */
@ApplicationScoped
public class NamespaceLifecycle implements MutatingAdmission, ValidatingAdmission {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("", "v1", "namespaces", "Namespace", JsonObject.class);

    private final ReadThrough<JsonObject> namespaces;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NamespaceLifecycle() {
        this.namespaces = null;
    }

    @Inject
    public NamespaceLifecycle(CachedReads reads) {
        this.namespaces = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        if (attributes.resource().groupResource().equals(NAMESPACES)) {
            return attributes.operation() == Operation.DELETE;
        }
        boolean write = attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
        // asking about rights in a namespace is no write into it
        return write
                && !attributes.namespace().isEmpty()
                && !attributes.resource().resource().equals("localsubjectaccessreviews");
    }

    /** Creations and updates are judged before anything else is. */
    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        String name = attributes.namespace();
        Optional<JsonObject> namespace = namespaces.get("", name);
        if (namespace.isEmpty()) {
            throw ApiException.notFound(NAMESPACES, name);
        }
        boolean terminating =
                new ObjectView(namespace.get()).text("status", "phase").equals("Terminating");
        if (terminating && attributes.operation() == Operation.CREATE) {
            throw terminating(attributes);
        }
        return attributes.object();
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        if (attributes.operation() == Operation.DELETE && IMMORTAL.contains(attributes.name())) {
            throw ApiException.forbidden(NAMESPACES, attributes.name(), "this namespace may not be deleted");
        }
    }

    private static ApiException terminating(AdmissionAttributes attributes) {
        String name = attributes.namespace();
        Status refused = attributes
                .forbidden("unable to create new content in namespace " + name + " because it is being terminated")
                .status();
        Status.Details details = refused.details();
        if (details == null) {
            return new ApiException(refused);
        }
        List<Status.Cause> causes = new ArrayList<>(details.causes());
        causes.add(new Status.Cause(
                "NamespaceTerminating", "namespace " + name + " is being terminated", "metadata.namespace"));
        return ApiException.of(
                refused.code(),
                refused.reason(),
                refused.message(),
                new Status.Details(details.name(), details.group(), details.kind(), details.uid(), causes, 0));
    }
}
