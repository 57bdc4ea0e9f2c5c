package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Writing the certificate or the conditions of a status needs {@code sign} on the signer that was asked for. */
@ApplicationScoped
public class SigningRight implements ValidatingAdmission {
    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected SigningRight() {
        this.authorizers = null;
    }

    @Inject
    public SigningRight(AuthorizerChain authorizers) {
        this.authorizers = authorizers;
    }

    @Override
    public String name() {
        return "CertificateSigning";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.UPDATE && Signers.isRequest(attributes, "status");
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
        if (!Signers.may(authorizers, attributes.user(), "sign", signer)) {
            throw attributes.forbidden("user not permitted to sign requests with signerName \"" + signer + "\"");
        }
    }
}
