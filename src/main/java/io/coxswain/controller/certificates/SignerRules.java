package io.coxswain.controller.certificates;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the cluster's own signers sign, by their documented rules. */
final class SignerRules {
    static final String API_CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
    static final String LEGACY = "kubernetes.io/legacy-unknown";

    private static final Set<String> SIGNERS = Set.of(API_CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY);
    private static final String NODES = "system:nodes";
    private static final String NODE_USER = "system:node:";

    private SignerRules() {}

    static boolean isOurs(String signer) {
        return SIGNERS.contains(signer);
    }

    /** @throws RequestException that says what the signer does not sign */
    static void check(String signer, CertificateRequest request, Collection<String> usages) throws RequestException {
        switch (signer) {
            case API_CLIENT -> checkApiClient(usages);
            case KUBELET_CLIENT -> checkKubeletClient(request, usages);
            case KUBELET_SERVING -> checkKubeletServing(request, usages);
            default -> {
                // legacy-unknown promises nothing about what it signs.
            }
        }
    }

    private static void checkApiClient(Collection<String> usages) throws RequestException {
        for (String usage : usages) {
            if (!List.of("digital signature", "key encipherment", "client auth").contains(usage)) {
                throw new RequestException("invalid usage for client certificate: " + usage);
            }
        }
        if (!usages.contains("client auth")) {
            throw new RequestException("missing required usage for client certificate: client auth");
        }
    }

    static void checkKubeletClient(CertificateRequest request, Collection<String> usages) throws RequestException {
        checkNode(request);
        refuse(request.dnsNames(), "DNS");
        refuse(request.emails(), "Email");
        refuse(request.addresses(), "IP");
        refuse(request.uris(), "URI");
        checkUsages(usages, "client auth");
    }

    private static void checkKubeletServing(CertificateRequest request, Collection<String> usages)
            throws RequestException {
        checkNode(request);
        if (request.dnsNames().isEmpty() && request.addresses().isEmpty()) {
            throw new RequestException("DNS or IP subjectAltName is required");
        }
        refuse(request.emails(), "Email");
        refuse(request.uris(), "URI");
        checkUsages(usages, "server auth");
    }

    private static void checkNode(CertificateRequest request) throws RequestException {
        if (!request.organizations().equals(List.of(NODES))) {
            throw new RequestException("subject organization is not system:nodes");
        }
        if (!request.commonName().startsWith(NODE_USER)) {
            throw new RequestException("subject common name does not begin with system:node: ");
        }
    }

    private static void refuse(List<String> names, String kind) throws RequestException {
        if (!names.isEmpty()) {
            throw new RequestException(kind + " subjectAltNames are not allowed");
        }
    }

    /** Encipherment is for keys that can do it: RSA. */
    private static void checkUsages(Collection<String> usages, String purpose) throws RequestException {
        Set<String> asked = new TreeSet<>(usages);
        Set<String> required = new TreeSet<>(List.of("key encipherment", "digital signature", purpose));
        if (!asked.equals(required) && !asked.equals(new TreeSet<>(List.of("digital signature", purpose)))) {
            throw new RequestException("usages did not match [" + String.join(" ", required) + "]");
        }
    }
}
