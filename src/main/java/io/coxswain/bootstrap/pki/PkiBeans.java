package io.coxswain.bootstrap.pki;

import io.coxswain.authn.certificate.ClientAuthority;
import io.coxswain.authn.token.SigningKeys;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.controller.certificates.ClusterSigner;
import io.coxswain.controller.rootca.ClusterAuthorityCertificate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;

/** The keys as beans: for those that sign and those that verify. */
@ApplicationScoped
public class PkiBeans {
    @Produces
    @Singleton
    public ClusterPki clusterPki(
            ServerConfig server, ApiServerConfig api, ClusterConfig cluster, PkiConfig pki, Clock clock) {
        ClusterPki clusterPki = new ClusterPki(server, api, cluster, pki, HostName.get(), clock);
        // Whoever asks for a key asks after this.
        clusterPki.ensure();
        return clusterPki;
    }

    /** The authority does not change while the server runs. */
    @Produces
    @Singleton
    public ClientAuthority clientAuthority(ClusterPki pki) {
        X509Certificate authority = pki.authority();
        return () -> authority;
    }

    @Produces
    @Singleton
    public SigningKeys signingKeys(ClusterPki pki) {
        KeyPair keys = pki.tokenKeys();
        return () -> keys;
    }

    @Produces
    @Singleton
    public ClusterAuthorityCertificate clusterAuthorityCertificate(ClusterPki pki) {
        String authority = pki.authorityPem();
        return () -> authority;
    }

    @Produces
    @Singleton
    public ClusterSigner clusterSigner(ClusterPki pki) {
        return pki::sign;
    }
}
