package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Writing the certificate or the conditions of a status needs {@code sign} on the signer that was asked for. */
@ApplicationScoped
public class SigningRight extends SignerRight {
    /** For CDI's proxy. */
    protected SigningRight() {}

    @Inject
    public SigningRight(AuthorizerChain authorizers) {
        super(authorizers, "status");
    }

    @Override
    public String name() {
        return "CertificateSigning";
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        boolean same = now.text("status", "certificate").equals(old.text("status", "certificate"))
                && now.array("status", "conditions").equals(old.array("status", "conditions"));
        if (same) {
            return;
        }
        String signer = old.text("spec", "signerName");
        require(attributes, "sign", signer);
    }
}
