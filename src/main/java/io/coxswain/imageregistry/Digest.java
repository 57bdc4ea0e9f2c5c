package io.coxswain.imageregistry;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A content digest, {@code sha256:<64 hex>} or {@code sha512:<128 hex>} (OCI image spec, descriptor, digests).
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {

    /** @throws RegistryException {@code DIGEST_INVALID} if the text is no digest of a supported algorithm */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        String algorithm = colon < 0 ? "" : text.substring(0, colon);
        String hex = text.substring(colon + 1);
        int expected = switch (algorithm) {
            case "sha256" -> 64;
            case "sha512" -> 128;
            default -> -1;
        };
        if (hex.length() != expected || !hex.chars().allMatch(Digest::isHex)) {
            throw new RegistryException(
                    RegistryException.Code.DIGEST_INVALID, "invalid digest, want sha256:<hex> or sha512:<hex>");
        }
        return new Digest(algorithm, hex);
    }

    /** Whether the text looks like a digest rather than a tag. */
    public static boolean isDigest(String reference) {
        return reference.indexOf(':') >= 0;
    }

    /** The sha256 digest of some bytes. */
    public static Digest of(byte[] bytes) {
        return new Digest("sha256", HexFormat.of().formatHex(newHash("sha256").digest(bytes)));
    }

    /** A fresh hash for this digest's algorithm. */
    MessageDigest newHash() {
        return newHash(algorithm);
    }

    boolean matches(MessageDigest finished) {
        return HexFormat.of().formatHex(finished.digest()).equals(hex);
    }

    private static MessageDigest newHash(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has both
        }
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
