package io.coxswain.apiserver.authn;

import io.coxswain.apiserver.request.UserInfo;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** One way to prove who one is. CDI finds every implementation; they are asked in the order of {@link #order()}. */
public interface Authenticator {
    /** What the request brought: a verified TLS client certificate chain (leaf first) and the {@code Authorization} header; either may be empty. */
    record Credentials(List<X509Certificate> certificates, String authorization) {}

    /** Lower is asked first. */
    int order();

    /**
     * The user without the group {@code system:authenticated}, which the chain adds; empty if these credentials are not of this kind.
     *
     * @throws io.coxswain.meta.ApiException 401 if they are of this kind and wrong
     */
    Optional<UserInfo> authenticate(Credentials credentials);
}
