package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.GroupVersionResource;

/** The rights on signers: on one by its name, or on all of a domain as {@code example.com/*}. */
final class Signers {
    private static final String GROUP = "certificates.k8s.io";
    private static final GroupVersionResource SIGNERS = new GroupVersionResource(GROUP, "*", "signers");

    private Signers() {}

    static boolean isRequest(AdmissionAttributes attributes, String subresource) {
        return attributes.resource().group().equals(GROUP)
                && attributes.resource().resource().equals("certificatesigningrequests")
                && attributes.subresource().equals(subresource);
    }

    /** Whether the user has the verb ({@code approve}, {@code sign}) on the signer or on its whole domain. */
    static boolean may(AuthorizerChain authorizers, UserInfo user, String verb, String signer) {
        int slash = signer.indexOf('/');
        String domain = slash < 0 ? signer : signer.substring(0, slash);
        return allowed(authorizers, user, verb, signer) || allowed(authorizers, user, verb, domain + "/*");
    }

    private static boolean allowed(AuthorizerChain authorizers, UserInfo user, String verb, String name) {
        RequestInfo request = RequestInfo.resource(verb, SIGNERS, "", name, "");
        return authorizers.authorize(new Attributes(user, request, "")).verdict() == Verdict.ALLOW;
    }
}
