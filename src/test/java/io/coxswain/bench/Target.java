package io.coxswain.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.yaml.snakeyaml.Yaml;

/** The API server of a kubeconfig's current context, with its user's certificate or token. */
record Target(String host, int port, SSLContext tls, String token) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    static Target of(Path kubeconfig) throws IOException, GeneralSecurityException {
        Map<String, Object> all = new Yaml().load(Files.readString(kubeconfig));
        Map<String, Object> context = named(all, "contexts", "context", String.valueOf(all.get("current-context")));
        Map<String, Object> cluster = named(all, "clusters", "cluster", String.valueOf(context.get("cluster")));
        Map<String, Object> user = named(all, "users", "user", String.valueOf(context.get("user")));
        URI server = URI.create(String.valueOf(cluster.get("server")));
        return new Target(
                server.getHost(),
                server.getPort() < 0 ? 443 : server.getPort(),
                tls(kubeconfig, cluster, user),
                String.valueOf(user.getOrDefault("token", "")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> named(Map<String, Object> all, String list, String item, String name) {
        for (Map<String, Object> one : (List<Map<String, Object>>) all.get(list)) {
            if (name.equals(one.get("name"))) {
                return (Map<String, Object>) one.get(item);
            }
        }
        throw new IllegalArgumentException("the kubeconfig has no " + item + " '" + name + "'");
    }

    private static SSLContext tls(Path kubeconfig, Map<String, Object> cluster, Map<String, Object> user)
            throws IOException, GeneralSecurityException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        for (Certificate one : certificates(pem(kubeconfig, cluster, "certificate-authority"))) {
            trust.setCertificateEntry("ca" + trust.size(), one);
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        String certificate = pem(kubeconfig, user, "client-certificate");
        if (!certificate.isEmpty()) {
            keys.setKeyEntry(
                    "client",
                    key(pem(kubeconfig, user, "client-key")),
                    PASSWORD,
                    certificates(certificate).toArray(Certificate[]::new));
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static String pem(Path kubeconfig, Map<String, Object> entry, String key) throws IOException {
        if (entry.get(key + "-data") instanceof String data) {
            return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        }
        return entry.get(key) instanceof String file
                ? Files.readString(kubeconfig.toAbsolutePath().resolveSibling(file))
                : "";
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
    }

    private static PrivateKey key(String pem) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            Object key = parser.readObject();
            return new JcaPEMKeyConverter()
                    .getPrivateKey(key instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : (PrivateKeyInfo) key);
        }
    }
}
