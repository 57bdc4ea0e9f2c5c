package io.coxswain.bootstrap;

import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.authn.AuthenticatorChain;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.RegistryConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.imageregistry.ImageAccess;
import io.coxswain.imageregistry.ImageRegistry;
import io.coxswain.imageregistry.RegistryException;
import io.coxswain.imageregistry.RegistrySettings;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The image registry with the cluster's users: pulling, pushing and deleting are the verbs get, create and delete on the
 * resource {@code repositories} of the group {@value #GROUP}, so one RBAC holds for images too. Nodes may pull.
 */
@ApplicationScoped
public class ImageRegistryBeans {
    static final String GROUP = "registry.coxswain.io";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    @Produces
    @Singleton
    ImageRegistry registry(ServerConfig server, RegistryConfig config, Clock clock) {
        return new ImageRegistry(
                RegistrySettings.in(
                        server.dataDir().resolve("registry"), config.maxSize().bytes()),
                clock);
    }

    @Produces
    @Singleton
    ImageAccess access(AuthenticatorChain authenticators, AuthorizerChain authorizers) {
        return (request, repository, action) -> {
            UserInfo user = user(authenticators, request);
            if (user.name().equals(UserInfo.ANONYMOUS_NAME)) {
                throw new RegistryException(RegistryException.Code.UNAUTHORIZED, "authentication required");
            }
            if (repository.isEmpty()
                    || user.groups().contains(UserInfo.GROUP_NODES) && action == ImageAccess.Action.PULL) {
                return; // the bare registry says nothing but that it is here
            }
            Authorizer.Decision decision = authorizers.authorize(new Authorizer.Attributes(
                    user,
                    new RequestInfo(
                            true,
                            verb(action),
                            request.getRequestURI(),
                            GROUP,
                            "v1",
                            "",
                            "repositories",
                            "",
                            repository),
                    ""));
            if (decision.verdict() != Authorizer.Verdict.ALLOW) {
                throw new RegistryException(
                        RegistryException.Code.DENIED,
                        "user \"" + user.name() + "\" cannot " + verb(action)
                                + " resource \"repositories\" in API group \"" + GROUP + "\"");
            }
        };
    }

    private static UserInfo user(AuthenticatorChain authenticators, HttpServletRequest request) {
        List<X509Certificate> certificates =
                request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
        String authorization =
                Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        try {
            return authenticators.authenticate(new Authenticator.Credentials(certificates, authorization));
        } catch (ApiException e) {
            throw new RegistryException(RegistryException.Code.UNAUTHORIZED, "authentication failed");
        }
    }

    private static String verb(ImageAccess.Action action) {
        return switch (action) {
            case PULL -> "get";
            case PUSH -> "create";
            case DELETE -> "delete";
        };
    }
}
