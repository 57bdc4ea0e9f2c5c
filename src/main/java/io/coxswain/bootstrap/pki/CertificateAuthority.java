package io.coxswain.bootstrap.pki;

import io.coxswain.controller.certificates.CertificateRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates with the cluster's key. Keys are on the curve P-256, signatures ECDSA with SHA-256. Thread-safe. */
final class CertificateAuthority {
    private static final Duration OWN_LIFETIME = Duration.ofDays(3650);
    /** Clocks of other machines may be a little behind. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** What lives shorter ends when it was asked to, counted from now. */
    private static final Duration SHORT_LIFE = Duration.ofHours(8);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyedCertificate own;
    private final Clock clock;

    CertificateAuthority(KeyedCertificate own, Clock clock) {
        this.own = own;
        this.clock = clock;
    }

    /** A new authority with a key of its own, valid for ten years. */
    static CertificateAuthority create(Clock clock) throws GeneralSecurityException {
        KeyPair pair = newKeyPair();
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "coxswain-ca")
                .build();
        Instant now = clock.instant();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                newSerial(),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(OWN_LIFETIME)),
                name,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return new CertificateAuthority(new KeyedCertificate(sign(builder, pair), pair.getPrivate()), clock);
    }

    X509Certificate certificate() {
        return own.certificate();
    }

    KeyedCertificate keyed() {
        return own;
    }

    /** Signs a certificate for a new key. It ends no later than the authority's own. */
    KeyedCertificate issue(CertificateProfile profile, Duration lifetime) throws GeneralSecurityException {
        KeyPair pair = newKeyPair();
        return new KeyedCertificate(sign(profile, pair.getPublic(), lifetime), pair.getPrivate());
    }

    private X509Certificate sign(CertificateProfile profile, PublicKey key, Duration lifetime)
            throws GeneralSecurityException {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        profile.organizations().forEach(organization -> subject.addRDN(BCStyle.O, organization));
        subject.addRDN(BCStyle.CN, profile.commonName());
        Instant now = clock.instant();
        Instant ownEnd = own.certificate().getNotAfter().toInstant();
        Instant end = now.plus(lifetime).isAfter(ownEnd) ? ownEnd : now.plus(lifetime);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                own.certificate(), newSerial(), Date.from(now.minus(CLOCK_SKEW)), Date.from(end), subject.build(), key);
        try {
            addExtensions(builder, profile, key);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return sign(builder, new KeyPair(own.certificate().getPublicKey(), own.key()));
    }

    /** Signs what was asked for with the usages of the API. It ends no later than the authority's own. */
    X509Certificate sign(CertificateRequest request, Collection<String> usages, Duration lifetime)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        Instant ownEnd = own.certificate().getNotAfter().toInstant();
        // A short life is not shortened by what it begins in the past.
        Instant end = now.plus(lifetime.compareTo(SHORT_LIFE) < 0 ? lifetime : lifetime.minus(CLOCK_SKEW));
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                own.certificate(),
                newSerial(),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(end.isAfter(ownEnd) ? ownEnd : end),
                request.subject(),
                request.key());
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            int keyUsage = KeyUsages.bits(usages);
            if (keyUsage != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
            }
            KeyPurposeId[] purposes = KeyUsages.purposes(usages);
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(own.certificate()));
            GeneralName[] names = names(request);
            if (names.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        request.subject().getRDNs().length == 0,
                        new GeneralNames(names));
            }
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return sign(builder, new KeyPair(own.certificate().getPublicKey(), own.key()));
    }

    private static GeneralName[] names(CertificateRequest request) {
        List<GeneralName> names = new ArrayList<>();
        request.dnsNames().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        request.emails().forEach(name -> names.add(new GeneralName(GeneralName.rfc822Name, name)));
        request.addresses().forEach(name -> names.add(new GeneralName(GeneralName.iPAddress, name)));
        request.uris().forEach(name -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, name)));
        return names.toArray(GeneralName[]::new);
    }

    private void addExtensions(X509v3CertificateBuilder builder, CertificateProfile profile, PublicKey key)
            throws IOException, GeneralSecurityException {
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                        profile.purpose() == CertificateProfile.Purpose.SERVER
                                ? KeyPurposeId.id_kp_serverAuth
                                : KeyPurposeId.id_kp_clientAuth));
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(own.certificate()));
        if (!profile.names().isEmpty()) {
            GeneralName[] names = profile.names().stream()
                    .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                    .toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
    }

    static boolean isAddress(String name) {
        return name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    static KeyPair newKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static BigInteger newSerial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
