package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Approving or denying needs {@code approve} on the signer that was asked for. */
@ApplicationScoped
public class ApprovalRight implements ValidatingAdmission {
    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ApprovalRight() {
        this.authorizers = null;
    }

    @Inject
    public ApprovalRight(AuthorizerChain authorizers) {
        this.authorizers = authorizers;
    }

    @Override
    public String name() {
        return "CertificateApproval";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.UPDATE && Signers.isRequest(attributes, "approval");
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        String signer = new ObjectView(attributes.object()).text("spec", "signerName");
        if (!Signers.may(authorizers, attributes.user(), "approve", signer)) {
            throw attributes.forbidden("user not permitted to approve requests with signerName \"" + signer + "\"");
        }
    }
}
