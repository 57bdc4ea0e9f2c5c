package io.coxswain.kinds.admissionregistration;

import jakarta.enterprise.context.ApplicationScoped;

/** {@code admissionregistration.k8s.io/v1 MutatingWebhookConfiguration}. */
@ApplicationScoped
public class MutatingWebhookConfigurationKind extends WebhookConfigurationKind {
    public MutatingWebhookConfigurationKind() {
        super("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", true);
    }
}
