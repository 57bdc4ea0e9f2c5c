package io.coxswain.bootstrap.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Certificates and elliptic-curve keys as PEM text. */
final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    static String of(X509Certificate certificate) throws GeneralSecurityException {
        return block("CERTIFICATE", certificate.getEncoded());
    }

    static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * The key as SEC 1 has it, under a heading that names the algorithm. Client libraries that look for one in a kubeconfig
     * (fabric8's among them) take a PKCS #8 key for RSA.
     */
    static String sec1(PrivateKey key, PublicKey publicKey) {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        SubjectPublicKeyInfo point = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
        try {
            BigInteger scalar = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
            int bits = ((ECKey) key).getParams().getOrder().bitLength();
            ASN1Encodable curve = info.getPrivateKeyAlgorithm().getParameters();
            return block(
                    "EC PRIVATE KEY",
                    new ECPrivateKey(
                                    bits,
                                    scalar,
                                    new DERBitString(point.getPublicKeyData().getBytes()),
                                    curve)
                            .getEncoded());
        } catch (IOException e) {
            throw new PkiException("cannot encode an elliptic-curve key", e);
        }
    }

    static String of(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /** The first certificate in the text. */
    static X509Certificate certificate(String pem) throws GeneralSecurityException {
        byte[] der = bytes("CERTIFICATE", pem);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes("PRIVATE KEY", pem)));
    }

    static PublicKey publicKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes("PUBLIC KEY", pem)));
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    private static byte[] bytes(String type, String pem) throws GeneralSecurityException {
        String begin = "-----BEGIN " + type + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + type + "-----");
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("no PEM block " + type);
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("a PEM block " + type + " that is no base64", e);
        }
    }
}
