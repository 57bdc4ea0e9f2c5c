package io.coxswain.admission.ingressclass;

import io.coxswain.admission.DefaultClass;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ResourceType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;

/** Gives ingresses that choose no class the newest of those marked as default. */
@ApplicationScoped
public class DefaultIngressClass extends DefaultClass {
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("networking.k8s.io", "v1", "ingressclasses", "IngressClass", JsonObject.class);
    private static final Choice CHOICE = new Choice(
            "ingresses.networking.k8s.io",
            "ingressClassName",
            "kubernetes.io/ingress.class",
            List.of("ingressclass.kubernetes.io/is-default-class"));

    /** For CDI's proxy. */
    protected DefaultIngressClass() {}

    @Inject
    public DefaultIngressClass(CachedReads reads) {
        super(reads, TYPE, CHOICE);
    }

    @Override
    public String name() {
        return "DefaultIngressClass";
    }
}
