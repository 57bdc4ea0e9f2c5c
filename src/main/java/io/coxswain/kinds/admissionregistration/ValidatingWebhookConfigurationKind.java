package io.coxswain.kinds.admissionregistration;

import jakarta.enterprise.context.ApplicationScoped;

/** {@code admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration}. */
@ApplicationScoped
public class ValidatingWebhookConfigurationKind extends WebhookConfigurationKind {
    public ValidatingWebhookConfigurationKind() {
        super("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false);
    }
}
