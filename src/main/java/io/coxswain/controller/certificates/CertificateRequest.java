package io.coxswain.controller.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a PKCS #10 request asks for; whoever wrote it has the key.
 *
 * @param subject the whole name
 * @param addresses IP addresses, as text
 */
public record CertificateRequest(
        X500Name subject,
        PublicKey key,
        List<String> dnsNames,
        List<String> addresses,
        List<String> emails,
        List<String> uris) {
    public CertificateRequest {
        dnsNames = List.copyOf(dnsNames);
        addresses = List.copyOf(addresses);
        emails = List.copyOf(emails);
        uris = List.copyOf(uris);
    }

    /**
     * Reads the request of a CertificateSigningRequest.
     *
     * @param base64 of a PEM block
     */
    static CertificateRequest parse(String base64) throws RequestException {
        try (PEMParser parser = new PEMParser(
                new StringReader(new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1)))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new RequestException("PEM block type must be CERTIFICATE REQUEST");
            }
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(parsed);
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new RequestException("unable to verify certificate request signature: it is not the key's");
            }
            return of(request.getSubject(), key, request.getRequestedExtensions());
        } catch (IOException
                | IllegalArgumentException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException e) {
            throw new RequestException("unable to parse csr: " + e.getMessage());
        }
    }

    private static CertificateRequest of(X500Name subject, PublicKey key, @Nullable Extensions extensions)
            throws RequestException {
        List<String> dns = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> emails = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> dns.add(text(name));
                case GeneralName.rfc822Name -> emails.add(text(name));
                case GeneralName.uniformResourceIdentifier -> uris.add(text(name));
                case GeneralName.iPAddress -> addresses.add(address(name));
                default -> {
                    // Names of other kinds are not asked for by anything here, and not granted.
                }
            }
        }
        return new CertificateRequest(subject, key, dns, addresses, emails, uris);
    }

    private static String text(GeneralName name) {
        return ((ASN1String) name.getName()).getString();
    }

    private static String address(GeneralName name) throws RequestException {
        try {
            return InetAddress.getByAddress(
                            ASN1OctetString.getInstance(name.getName()).getOctets())
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new RequestException("an IP subjectAltName is none: " + e.getMessage());
        }
    }

    String commonName() {
        List<String> names = values(BCStyle.CN);
        return names.isEmpty() ? "" : names.get(names.size() - 1);
    }

    List<String> organizations() {
        return values(BCStyle.O);
    }

    private List<String> values(ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (RDN rdn : subject.getRDNs(type)) {
            for (AttributeTypeAndValue each : rdn.getTypesAndValues()) {
                if (each.getType().equals(type) && each.getValue() instanceof ASN1String text) {
                    values.add(text.getString());
                }
            }
        }
        return values;
    }
}
