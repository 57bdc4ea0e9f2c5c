package io.coxswain.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a client's credentials lie, as PEM: the authority it trusts, its certificate (with intermediates, if any) and its key
 * (PKCS #8, elliptic-curve or RSA). They are read anew whenever they have changed.
 */
public record CertificateFiles(Path authority, Path certificate, Path key) {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";

    /** Another value as soon as one of the files is another. @throws IOException if one is missing */
    String version() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path each : List.of(authority, certificate, key)) {
            text.append(Files.getLastModifiedTime(each))
                    .append('/')
                    .append(Files.size(each))
                    .append(' ');
        }
        return text.toString();
    }

    /** Reads the files. @throws IOException naming what is missing or unusable */
    SSLContext context() throws IOException {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore authorities = empty();
            int count = 0;
            for (Certificate each : certificates(authority)) {
                authorities.setCertificateEntry("ca" + count++, each);
            }
            trust.init(authorities);
            KeyStore own = empty();
            own.setKeyEntry("client", privateKey(), new char[0], certificates(certificate));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("unusable key or certificate in " + certificate + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(Path file) throws GeneralSecurityException, IOException {
        Certificate[] found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                .toArray(new Certificate[0]);
        if (found.length == 0) {
            throw new GeneralSecurityException("no certificate in " + file);
        }
        return found;
    }

    private PrivateKey privateKey() throws GeneralSecurityException, IOException {
        String pem = Files.readString(key, StandardCharsets.US_ASCII);
        int from = pem.indexOf(BEGIN_KEY);
        int to = pem.indexOf(END_KEY);
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("no PEM block PRIVATE KEY in " + key);
        }
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem.substring(from + BEGIN_KEY.length(), to)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(key + " is not PEM", e);
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (InvalidKeySpecException notElliptic) {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        }
    }
}
