package io.coxswain.kinds.certificates;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what a signing request asks for, and the certificate it got. */
final class RequestRules {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final long LEAST_SECONDS = 600;
    private static final int MAX_SIGNER = 571;
    private static final String REQUEST_BLOCK = "CERTIFICATE REQUEST";
    private static final String LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    private final Check check;

    RequestRules(Check check) {
        this.check = check;
    }

    void spec(ObjectView spec) {
        List<String> usages = spec.strings("usages");
        if (usages.isEmpty()) {
            check.required(SPEC.child("usages"));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            check.supported(SPEC.child("usages").index(i), usages.get(i), USAGES);
            if (!seen.add(usages.get(i))) {
                check.duplicate(SPEC.child("usages").index(i), usages.get(i));
            }
        }
        request(spec.text("request"));
        String signer = spec.text("signerName");
        if (signer.isEmpty()) {
            check.required(SPEC.child("signerName"));
        } else if (signer.equals(LEGACY_SIGNER)) {
            check.invalid(
                    SPEC.child("signerName"), signer, "the legacy signerName is not allowed via this API version");
        } else {
            signer(signer);
        }
        spec.number("expirationSeconds")
                .filter(seconds -> seconds < LEAST_SECONDS)
                .ifPresent(seconds -> check.invalid(
                        SPEC.child("expirationSeconds"),
                        seconds,
                        "may not specify a duration less than 600 seconds (10 minutes)"));
    }

    /** A PEM block with a request; what is inside is the signer's to judge. */
    private void request(String base64) {
        FieldPath path = SPEC.child("request");
        String text = decoded(base64);
        if (!text.contains("-----BEGIN " + REQUEST_BLOCK + "-----")
                || !text.contains("-----END " + REQUEST_BLOCK + "-----")) {
            check.add(new FieldError(
                    FieldError.Type.INVALID,
                    path.toString(),
                    base64.isEmpty() ? "\"\"" : "<binary>",
                    "PEM block type must be CERTIFICATE REQUEST"));
        }
    }

    private void signer(String signer) {
        FieldPath path = SPEC.child("signerName");
        if (signer.length() > MAX_SIGNER) {
            check.add(FieldError.tooLong(path, MAX_SIGNER));
        }
        String[] parts = signer.split("/", -1);
        if (parts.length != 2) {
            check.invalid(
                    path, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (parts[0].indexOf('.') < 0) {
            check.invalid(path, parts[0], "should be a domain with at least two segments separated by dots");
        }
        for (String part : parts) {
            check.subdomain(path, part);
        }
    }

    /** The certificate in a status: PEM, and nothing but certificates. */
    static void certificate(Check check, String base64) {
        if (base64.isEmpty()) {
            return;
        }
        FieldPath path = FieldPath.of("status", "certificate");
        String text = decoded(base64);
        if (!text.contains("-----BEGIN CERTIFICATE-----")) {
            check.add(new FieldError(
                    FieldError.Type.INVALID,
                    path.toString(),
                    "<certificate data>",
                    "must contain at least one CERTIFICATE PEM block"));
        } else if (text.contains("-----BEGIN ")
                && Pattern.compile("-----BEGIN (?!CERTIFICATE-----)")
                        .matcher(text)
                        .find()) {
            check.add(new FieldError(
                    FieldError.Type.INVALID,
                    path.toString(),
                    "<certificate data>",
                    "only CERTIFICATE PEM blocks are allowed"));
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
