package io.coxswain.bootstrap.pki;

import java.util.List;

/**
 * What a certificate is to say.
 *
 * @param commonName the subject's CN, which is the user name of a client
 * @param organizations the subject's O values, which are the groups of a client
 * @param names DNS names and IPv4 addresses for which it serves; empty for clients
 * @param purpose what it may be used for
 */
public record CertificateProfile(String commonName, List<String> organizations, List<String> names, Purpose purpose) {

    /** The extended key usage. */
    public enum Purpose {
        SERVER,
        CLIENT
    }

    public CertificateProfile {
        organizations = List.copyOf(organizations);
        names = List.copyOf(names);
    }

    public static CertificateProfile server(String commonName, List<String> names) {
        return new CertificateProfile(commonName, List.of(), names, Purpose.SERVER);
    }

    public static CertificateProfile client(String commonName, String... organizations) {
        return new CertificateProfile(commonName, List.of(organizations), List.of(), Purpose.CLIENT);
    }
}
