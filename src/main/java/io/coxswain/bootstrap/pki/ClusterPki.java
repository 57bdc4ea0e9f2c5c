package io.coxswain.bootstrap.pki;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.controller.certificates.CertificateRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cluster's keys and certificates, in {@code <data>/pki}, {@code <data>/kubeconfig} and {@code <data>/nodes/<name>}. What
 * is there and good is left alone, so {@link #ensure} may run at any time; a lock file keeps two processes apart.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>{@code pki/ca.crt, ca.key}</td><td>the certificate authority</td></tr>
 * <tr><td>{@code pki/server.p12, trust.p12, liberty.xml}</td><td>Liberty's key store, trust store and their password</td></tr>
 * <tr><td>{@code pki/apiserver.crt}</td><td>the serving certificate, to look at</td></tr>
 * <tr><td>{@code pki/sa.key, sa.pub}</td><td>sign and verify ServiceAccount tokens</td></tr>
 * <tr><td>{@code kubeconfig}</td><td>the administrator's, with client certificate</td></tr>
 * <tr><td>{@code nodes/<name>/client.crt, client.key}</td><td>the node's client certificate</td></tr>
 * </table>
 */
public final class ClusterPki {
    private static final String STORE_TYPE = "PKCS12";

    private final Path dataDir;
    private final Path pkiDir;
    private final ApiServerConfig api;
    private final ClusterConfig cluster;
    private final Duration lifetime;
    private final String hostName;
    private final Clock clock;

    /** @param hostName this machine's, for the serving certificate; {@code ""} if it has none */
    public ClusterPki(
            ServerConfig server,
            ApiServerConfig api,
            ClusterConfig cluster,
            PkiConfig pki,
            String hostName,
            Clock clock) {
        this.dataDir = server.dataDir();
        this.pkiDir = dataDir.resolve("pki");
        this.api = api;
        this.cluster = cluster;
        this.lifetime = pki.certificateLifetime();
        this.hostName = hostName;
        this.clock = clock;
    }

    /**
     * Makes what is missing and renews what is old, does not fit the settings any more, or was signed by another authority.
     *
     * @return what was made or renewed, for the log; empty if all was good
     * @throws PkiException if a file cannot be read or written
     */
    public List<String> ensure() {
        List<String> made = new ArrayList<>();
        locked(() -> {
            CertificateAuthority authority = ensureAuthority(made);
            ensureServer(authority, made);
            ensureTokenKeys(made);
            ensureKubeconfig(authority, made);
            ensureNodes(authority, made);
        });
        return List.copyOf(made);
    }

    /**
     * Gives new nodes their client certificates; quick enough to be called every second.
     *
     * @return the names of nodes whose certificate was made or renewed
     */
    public List<String> ensureNodes() {
        List<String> made = new ArrayList<>();
        if (!nodesInNeed()) {
            return made;
        }
        locked(() -> ensureNodes(ensureAuthority(made), made));
        return List.copyOf(made);
    }

    /** The certificate of the authority that every client certificate must be signed by. */
    public X509Certificate authority() {
        return locked(() -> Pem.certificate(Files.readString(pkiDir.resolve("ca.crt"))));
    }

    /** The authority's certificate as PEM text, for {@code kube-root-ca.crt} and kubeconfigs. */
    public String authorityPem() {
        return locked(() -> Files.readString(pkiDir.resolve("ca.crt")));
    }

    /**
     * A certificate for what somebody asked for, as PEM text.
     *
     * @param usages by the names of {@code certificates.k8s.io}
     * @throws PkiException if the authority's key cannot be read
     */
    public String sign(CertificateRequest request, Collection<String> usages, Duration longest) {
        return locked(() -> Pem.of(ensureAuthority(new ArrayList<>()).sign(request, usages, longest)));
    }

    /** The key pair that signs and verifies ServiceAccount tokens. */
    public KeyPair tokenKeys() {
        return locked(() -> new KeyPair(
                Pem.publicKey(Files.readString(pkiDir.resolve("sa.pub"))),
                Pem.privateKey(Files.readString(pkiDir.resolve("sa.key")))));
    }

    /** The names for which the API server serves. */
    List<String> servingNames() {
        Set<String> names = new LinkedHashSet<>(List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc." + cluster.domain(),
                "127.0.0.1",
                cluster.kubernetesServiceAddress(),
                api.advertiseAddress()));
        if (!hostName.isEmpty()) {
            names.add(hostName);
        }
        names.addAll(api.extraNames());
        return List.copyOf(names);
    }

    private CertificateAuthority ensureAuthority(List<String> made) throws IOException, GeneralSecurityException {
        Path certificate = pkiDir.resolve("ca.crt");
        Path key = pkiDir.resolve("ca.key");
        if (Files.exists(certificate) != Files.exists(key)) {
            // A new authority would lock out every node and kubeconfig, so that is for a person to decide.
            throw new IOException("of " + certificate + " and " + key
                    + " only one exists; put the other back, or remove both to make a new certificate authority");
        }
        if (Files.exists(certificate)) {
            return new CertificateAuthority(
                    new KeyedCertificate(
                            Pem.certificate(Files.readString(certificate)), Pem.privateKey(Files.readString(key))),
                    clock);
        }
        CertificateAuthority authority = CertificateAuthority.create(clock);
        PrivateFiles.write(key, Pem.of(authority.keyed().key()));
        PrivateFiles.write(certificate, Pem.of(authority.certificate()));
        made.add("certificate authority");
        return authority;
    }

    private void ensureServer(CertificateAuthority authority, List<String> made)
            throws IOException, GeneralSecurityException {
        String password = storePassword();
        Path trust = pkiDir.resolve("trust.p12");
        if (!trusts(trust, password, authority.certificate())) {
            KeyStore store = emptyStore();
            store.setCertificateEntry("ca", authority.certificate());
            save(store, trust, password);
            made.add("trust store");
        }
        Path keys = pkiDir.resolve("server.p12");
        Path pem = pkiDir.resolve("apiserver.crt");
        boolean good = Files.exists(keys) && isServing(keys, password, authority);
        if (!good) {
            KeyedCertificate server =
                    authority.issue(CertificateProfile.server("kube-apiserver", servingNames()), lifetime);
            KeyStore store = emptyStore();
            store.setKeyEntry("apiserver", server.key(), password.toCharArray(), new Certificate[] {
                server.certificate(), authority.certificate()
            });
            save(store, keys, password);
            PrivateFiles.write(pem, Pem.of(server.certificate()));
            made.add("serving certificate");
        }
    }

    private boolean isServing(Path keys, String password, CertificateAuthority authority) throws IOException {
        try {
            return load(keys, password).getCertificate("apiserver") instanceof X509Certificate certificate
                    && isGood(certificate, authority)
                    && namesOf(certificate).equals(new TreeSet<>(servingNames()));
        } catch (GeneralSecurityException | IOException unreadable) {
            // Wrong password or broken file: a new store mends both.
            return false;
        }
    }

    private static boolean trusts(Path trust, String password, X509Certificate authority) {
        try {
            return Files.exists(trust) && authority.equals(load(trust, password).getCertificate("ca"));
        } catch (GeneralSecurityException | IOException unreadable) {
            return false;
        }
    }

    /** The password of both stores. It is kept where Liberty reads it; the files' modes are what protects the keys. */
    private String storePassword() throws IOException {
        Path file = pkiDir.resolve("liberty.xml");
        if (Files.exists(file)) {
            String text = Files.readString(file);
            String start = "name=\"pki.store.password\" value=\"";
            int from = text.indexOf(start);
            int to = from < 0 ? -1 : text.indexOf('"', from + start.length());
            if (to > 0) {
                return text.substring(from + start.length(), to);
            }
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().encodeToString(random);
        PrivateFiles.write(
                file,
                "<server description=\"Made by Coxswain\">\n    <variable name=\"pki.store.password\" value=\""
                        + password + "\"/>\n</server>\n");
        return password;
    }

    private void ensureTokenKeys(List<String> made) throws IOException, GeneralSecurityException {
        Path key = pkiDir.resolve("sa.key");
        Path publicKey = pkiDir.resolve("sa.pub");
        if (Files.exists(key) && Files.exists(publicKey)) {
            return;
        }
        if (Files.exists(key)) {
            throw new IOException(publicKey + " is missing; put it back, or remove " + key
                    + " too, which makes every ServiceAccount token issued so far worthless");
        }
        KeyPair pair = CertificateAuthority.newKeyPair();
        PrivateFiles.write(publicKey, Pem.of(pair.getPublic()));
        PrivateFiles.write(key, Pem.of(pair.getPrivate()));
        made.add("ServiceAccount token key");
    }

    private void ensureKubeconfig(CertificateAuthority authority, List<String> made)
            throws IOException, GeneralSecurityException {
        Path file = dataDir.resolve("kubeconfig");
        String server = "https://127.0.0.1:" + api.port();
        String authorityPem = Pem.of(authority.certificate());
        if (Files.exists(file)
                && AdminKubeconfig.certificate(Files.readString(file), server, authorityPem)
                        .filter(certificate -> isGood(certificate, authority))
                        .isPresent()) {
            return;
        }
        KeyedCertificate admin =
                authority.issue(CertificateProfile.client("kubernetes-admin", "system:masters"), lifetime);
        String key = Pem.sec1(admin.key(), admin.certificate().getPublicKey());
        PrivateFiles.write(file, AdminKubeconfig.text(server, authorityPem, Pem.of(admin.certificate()), key));
        made.add("administrator's kubeconfig");
    }

    private void ensureNodes(CertificateAuthority authority, List<String> made)
            throws IOException, GeneralSecurityException {
        for (Path node : nodeDirectories()) {
            Path certificate = node.resolve("client.crt");
            Path key = node.resolve("client.key");
            if (isGoodPair(certificate, key, authority)) {
                continue;
            }
            KeyedCertificate client = authority.issue(
                    CertificateProfile.client("system:node:" + node.getFileName(), "system:nodes"), lifetime);
            // The key first: whoever waits for the certificate then finds both.
            PrivateFiles.write(key, Pem.of(client.key()));
            PrivateFiles.write(certificate, Pem.of(client.certificate()));
            made.add("client certificate of node " + node.getFileName());
        }
    }

    private boolean nodesInNeed() {
        try {
            for (Path node : nodeDirectories()) {
                Path certificate = node.resolve("client.crt");
                if (!Files.exists(certificate) || !Files.exists(node.resolve("client.key"))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new PkiException("cannot read " + dataDir.resolve("nodes") + ": " + e.getMessage(), e);
        }
    }

    /** Directories whose name can be a node's. */
    private Collection<Path> nodeDirectories() throws IOException {
        Set<Path> nodes = new TreeSet<>();
        Path directory = dataDir.resolve("nodes");
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
                for (Path entry : entries) {
                    if (entry.getFileName().toString().matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
                        nodes.add(entry);
                    }
                }
            }
        }
        return nodes;
    }

    private boolean isGoodPair(Path certificate, Path key, CertificateAuthority authority) {
        try {
            return Files.exists(certificate)
                    && Files.exists(key)
                    && isGood(Pem.certificate(Files.readString(certificate)), authority);
        } catch (GeneralSecurityException | IOException unreadable) {
            return false;
        }
    }

    /** Signed by the authority, and more than a third of its life is left. */
    private boolean isGood(X509Certificate certificate, CertificateAuthority authority) {
        try {
            certificate.verify(authority.certificate().getPublicKey());
        } catch (GeneralSecurityException anotherAuthority) {
            return false;
        }
        Instant end = certificate.getNotAfter().toInstant();
        Duration whole = Duration.between(certificate.getNotBefore().toInstant(), end);
        // An authority that ends soon cannot give a longer life: do not renew for ever.
        boolean asLongAsPossible =
                end.equals(authority.certificate().getNotAfter().toInstant());
        Instant now = clock.instant();
        return asLongAsPossible ? now.isBefore(end) : now.isBefore(end.minus(whole.dividedBy(3)));
    }

    private static Set<String> namesOf(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> names = new TreeSet<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(entry -> names.add(String.valueOf(entry.get(1))));
        }
        return names;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        store.load(null, null);
        return store;
    }

    private static KeyStore load(Path file, String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        try (var in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private static void save(KeyStore store, Path file, String password) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, password.toCharArray());
        PrivateFiles.write(file, bytes.toByteArray());
    }

    private void locked(Work work) {
        locked(() -> {
            work.run();
            return true;
        });
    }

    private synchronized <T> T locked(Read<T> work) {
        try {
            PrivateFiles.createDirectories(pkiDir);
            try (FileChannel channel = FileChannel.open(
                            pkiDir.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                return work.run();
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new PkiException("keys and certificates in " + dataDir + ": " + e.getMessage(), e);
        }
    }

    /** Something done while holding the lock. */
    private interface Work {
        void run() throws IOException, GeneralSecurityException;
    }

    /** Something read while holding the lock. */
    private interface Read<T> {
        T run() throws IOException, GeneralSecurityException;
    }
}
