package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** Nobody becomes a member of {@code system:masters} through the signer of API client certificates. */
@ApplicationScoped
public class SubjectRestriction implements ValidatingAdmission {
    private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

    @Override
    public String name() {
        return "CertificateSubjectRestriction";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE && Signers.isRequest(attributes, "");
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        ObjectView request = new ObjectView(attributes.object());
        if (!request.text("spec", "signerName").equals(CLIENT_SIGNER)) {
            return;
        }
        List<String> organizations;
        try {
            organizations = organizations(request.text("spec", "request"));
        } catch (IOException | RuntimeException malformed) { // the parser throws both at malformed DER
            throw attributes.forbidden("failed to parse CSR: " + malformed.getMessage());
        }
        if (organizations.contains(UserInfo.GROUP_MASTERS)) {
            throw attributes.forbidden(
                    "use of " + CLIENT_SIGNER + " signer with " + UserInfo.GROUP_MASTERS + " group is not allowed");
        }
    }

    private static List<String> organizations(String base64) throws IOException {
        String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new IOException("PEM block type must be CERTIFICATE REQUEST");
            }
            List<String> found = new ArrayList<>();
            for (RDN part : parsed.getSubject().getRDNs()) {
                for (AttributeTypeAndValue value : part.getTypesAndValues()) {
                    if (value.getType().equals(BCStyle.O)) {
                        found.add(IETFUtils.valueToString(value.getValue()));
                    }
                }
            }
            return found;
        }
    }
}
