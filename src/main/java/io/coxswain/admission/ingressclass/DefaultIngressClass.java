package io.coxswain.admission.ingressclass;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.Comparator;

/** Gives ingresses that choose no class the newest of those marked as default. */
@ApplicationScoped
public class DefaultIngressClass implements MutatingAdmission {
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("networking.k8s.io", "v1", "ingressclasses", "IngressClass", JsonObject.class);
    private static final Comparator<ObjectView> NEWEST_FIRST = Comparator.<ObjectView, String>comparing(
                    each -> each.text("metadata", "creationTimestamp"))
            .reversed()
            .thenComparing(ObjectView::name);

    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DefaultIngressClass() {
        this.classes = null;
    }

    @Inject
    public DefaultIngressClass(CachedReads reads) {
        this.classes = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "DefaultIngressClass";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && attributes.resource().groupResource().toString().equals("ingresses.networking.k8s.io");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        ObjectView object = new ObjectView(attributes.object());
        boolean chosen = object.at("spec", "ingressClassName").isPresent()
                || object.annotations().containsKey("kubernetes.io/ingress.class");
        if (chosen) {
            return object.json();
        }
        return classes.list("").stream()
                .map(ObjectView::new)
                .filter(DefaultIngressClass::isDefault)
                .min(NEWEST_FIRST)
                .map(found -> JsonTrees.set(object.json(), JsonTrees.text(found.name()), "spec", "ingressClassName"))
                .orElse(object.json());
    }

    private static boolean isDefault(ObjectView each) {
        return "true".equals(each.annotations().get("ingressclass.kubernetes.io/is-default-class"));
    }
}
