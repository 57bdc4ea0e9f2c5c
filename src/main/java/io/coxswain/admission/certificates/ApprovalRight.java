package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Approving or denying needs {@code approve} on the signer that was asked for. */
@ApplicationScoped
public class ApprovalRight extends SignerRight {
    /** For CDI's proxy. */
    protected ApprovalRight() {}

    @Inject
    public ApprovalRight(AuthorizerChain authorizers) {
        super(authorizers, "approval");
    }

    @Override
    public String name() {
        return "CertificateApproval";
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        String signer = new ObjectView(attributes.object()).text("spec", "signerName");
        require(attributes, "approve", signer);
    }
}
