package io.coxswain.controller.certificates;

import io.coxswain.client.ApiClient;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import java.util.Optional;

/** Whether a kubelet's request for a client certificate may be approved without a person, which is a right of whoever asks. */
final class NodeApproval {
    private static final GroupVersionResource REVIEWS =
            new GroupVersionResource("authorization.k8s.io", "v1", "subjectaccessreviews");

    private final ApiClient client;

    NodeApproval(ApiClient client) {
        this.client = client;
    }

    /** What to say about the approval; empty if nobody approves it here. */
    Optional<String> decide(ObjectView csr) throws RequestException {
        if (!csr.text("spec", "signerName").equals(SignerRules.KUBELET_CLIENT)) {
            return Optional.empty();
        }
        CertificateRequest request = CertificateRequest.parse(csr.text("spec", "request"));
        try {
            SignerRules.checkKubeletClient(request, csr.strings("spec", "usages"));
        } catch (RequestException e) {
            // Not a kubelet's: a person may look at it.
            return Optional.empty();
        }
        boolean own = csr.text("spec", "username").equals(request.commonName());
        if (own && may(csr, "selfnodeclient")) {
            return Optional.of("Auto approving self kubelet client certificate after SubjectAccessReview.");
        }
        return may(csr, "nodeclient")
                ? Optional.of("Auto approving kubelet client certificate after SubjectAccessReview.")
                : Optional.empty();
    }

    private boolean may(ObjectView csr, String right) {
        JsonObject spec = TreeEditor.create()
                .set("user", csr.text("spec", "username"))
                .set("uid", csr.text("spec", "uid"))
                .set("groups", csr.array("spec", "groups"))
                .set("extra", csr.object("spec", "extra"))
                .set(
                        "resourceAttributes",
                        TreeEditor.create()
                                .set("group", "certificates.k8s.io")
                                .set("version", "*")
                                .set("resource", "certificatesigningrequests")
                                .set("subresource", right)
                                .set("verb", "create")
                                .build())
                .build();
        JsonObject review = client.resource(REVIEWS, "SubjectAccessReview", false)
                .create(TreeEditor.create()
                        .set("apiVersion", REVIEWS.groupVersion())
                        .set("kind", "SubjectAccessReview")
                        .set("spec", spec)
                        .build());
        return new ObjectView(review).flag("status", "allowed").orElse(false);
    }
}
