package io.coxswain.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authn.Authenticator.Credentials;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AuthenticatorChainTest {
    private record Fixed(int order, String header, String user) implements Authenticator {
        @Override
        public Optional<UserInfo> authenticate(Credentials credentials) {
            return credentials.authorization().equals(header) ? Optional.of(UserInfo.of(user)) : Optional.empty();
        }
    }

    private final AuthenticatorChain chain =
            new AuthenticatorChain(List.of(new Fixed(2, "x", "second"), new Fixed(1, "x", "first")));

    @Test
    void asksInOrderAndAddsTheGroupOfTheAuthenticated() {
        UserInfo user = chain.authenticate(new Credentials(List.of(), "x"));
        assertThat(user).isEqualTo(UserInfo.of("first", "system:authenticated"));
    }

    @Test
    void takesNoCredentialsForAnonymousAndUnknownOnesForWrong() {
        assertThat(chain.authenticate(new Credentials(List.of(), ""))).isEqualTo(UserInfo.ANONYMOUS);
        assertThatThrownBy(() -> chain.authenticate(new Credentials(List.of(), "Bearer nobody")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
    }

    private static Impersonation impersonation(String... allowed) {
        return new Impersonation(new AuthorizerChain(List.of(new Authorizer() {
            @Override
            public int order() {
                return 0;
            }

            @Override
            public Decision authorize(Attributes attributes) {
                RequestInfo request = attributes.request();
                String asked = request.verb() + " " + request.resource()
                        + (request.subresource().isEmpty() ? "" : "/" + request.subresource()) + " "
                        + request.namespace() + (request.namespace().isEmpty() ? "" : "/") + request.name();
                return Set.of(allowed).contains(asked) ? Decision.allow("") : Decision.NO_OPINION;
            }
        })));
    }

    private static Map<String, List<String>> headers(String... pairs) {
        return java.util.Arrays.stream(pairs)
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.groupingBy(
                        pair -> pair[0], Collectors.mapping(pair -> pair[1], Collectors.toList())));
    }

    @Test
    void actsAsAnotherUserWithEveryPartAllowed() {
        UserInfo user = impersonation(
                        "impersonate users bob", "impersonate groups dev", "impersonate userextras/scope view")
                .apply(
                        UserInfo.of("alice"),
                        headers("impersonate-user=bob", "impersonate-group=dev", "impersonate-extra-scope=view"));
        assertThat(user)
                .isEqualTo(new UserInfo(
                        "bob", "", List.of("dev", "system:authenticated"), Map.of("scope", List.of("view"))));
    }

    @Test
    void actsAsAServiceAccountWithItsGroups() {
        assertThat(impersonation("impersonate serviceaccounts shop/web")
                        .apply(UserInfo.of("alice"), headers("impersonate-user=system:serviceaccount:shop:web"))
                        .groups())
                .containsExactly("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated");
    }

    @Test
    void refusesAnyPartThatIsNotAllowed() {
        assertThatThrownBy(() -> impersonation("impersonate users bob")
                        .apply(
                                UserInfo.of("alice"),
                                headers("impersonate-user=bob", "impersonate-group=system:masters")))
                .hasMessage("groups \"system:masters\" is forbidden: User \"alice\" cannot impersonate resource"
                        + " \"groups\" in API group \"\" at the cluster scope");
    }

    @Test
    void refusesGroupsWithoutAUserAndLeavesOtherRequestsAlone() {
        assertThatThrownBy(() -> impersonation().apply(UserInfo.of("alice"), headers("impersonate-group=dev")))
                .isInstanceOf(ApiException.class);
        assertThat(impersonation().apply(UserInfo.of("alice"), headers("accept=x")))
                .isEqualTo(UserInfo.of("alice"));
    }
}
