package io.coxswain.controller.certificates;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ObjectView;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How long requests are kept: an hour after what became of them, a day if nothing did, and no longer than the certificate is good. */
final class Lifetimes {
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration PENDING = Duration.ofHours(24);

    private Lifetimes() {}

    /** When the request may go; empty while it waits for its signer. */
    static Optional<Instant> end(ObjectView request) {
        List<Instant> ends = new ArrayList<>();
        List<ObjectView> conditions = request.items("status", "conditions");
        String certificate = request.text("status", "certificate");
        if (conditions.isEmpty() && certificate.isEmpty()) {
            Pods.time(request.text("metadata", "creationTimestamp")).ifPresent(time -> ends.add(time.plus(PENDING)));
        }
        for (ObjectView condition : conditions) {
            boolean over = switch (condition.text("type")) {
                case "Denied", "Failed" -> true;
                case "Approved" -> !certificate.isEmpty();
                default -> false;
            };
            if (over) {
                Pods.time(condition.text("lastUpdateTime")).ifPresent(time -> ends.add(time.plus(DECIDED)));
            }
        }
        expiry(certificate).ifPresent(ends::add);
        return ends.stream().min(Instant::compareTo);
    }

    /** When the certificate ends; empty if there is none, or none that can be read, which a signer elsewhere may have written. */
    private static Optional<Instant> expiry(String base64) {
        if (base64.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] pem = Base64.getDecoder().decode(base64);
            return Optional.of(((X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)))
                    .getNotAfter()
                    .toInstant());
        } catch (CertificateException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
