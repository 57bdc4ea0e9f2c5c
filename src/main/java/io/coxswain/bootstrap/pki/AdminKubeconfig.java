package io.coxswain.bootstrap.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The administrator's kubeconfig file. */
final class AdminKubeconfig {
    private static final Pattern CERTIFICATE = Pattern.compile("client-certificate-data: ([A-Za-z0-9+/=]+)");

    private AdminKubeconfig() {}

    static String text(String server, String authorityPem, String certificatePem, String keyPem) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: coxswain
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: kubernetes-admin
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: kubernetes-admin@coxswain
                  context:
                    cluster: coxswain
                    user: kubernetes-admin
                current-context: kubernetes-admin@coxswain
                preferences: {}
                """.formatted(server, base64(authorityPem), base64(certificatePem), base64(keyPem));
    }

    /** The client certificate in a file that is for this server and this authority; empty if it is for others or unreadable. */
    static Optional<X509Certificate> certificate(String text, String server, String authorityPem) {
        if (!text.contains("server: " + server + "\n")
                || !text.contains("certificate-authority-data: " + base64(authorityPem))) {
            return Optional.empty();
        }
        Matcher matcher = CERTIFICATE.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Pem.certificate(new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
