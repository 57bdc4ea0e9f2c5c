package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.authz.AuthorizerChain;

/** A verb on the signer of a request that writing one of its subresources needs. */
abstract class SignerRight implements ValidatingAdmission {
    private final AuthorizerChain authorizers;
    private final String subresource;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    SignerRight() {
        this.authorizers = null;
        this.subresource = null;
    }

    SignerRight(AuthorizerChain authorizers, String subresource) {
        this.authorizers = authorizers;
        this.subresource = subresource;
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.UPDATE && Signers.isRequest(attributes, subresource);
    }

    /** Throws a 403 unless the user has the verb on the signer. */
    void require(AdmissionAttributes attributes, String verb, String signer) {
        if (!Signers.may(authorizers, attributes.user(), verb, signer)) {
            throw attributes.forbidden(
                    "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
        }
    }
}
