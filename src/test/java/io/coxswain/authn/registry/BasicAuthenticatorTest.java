package io.coxswain.authn.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authn.Authenticator.Credentials;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BasicAuthenticatorTest {
    /** Knows alice, whatever the case of her name, and a user with a name that the cluster keeps for itself. */
    private static final class Directory implements UserDirectory {
        private int asked;
        private boolean down;

        @Override
        public Optional<String> checkPassword(String user, String password) {
            asked++;
            if (down) {
                throw new DirectoryUnavailableException("no route to host", new IllegalStateException());
            }
            boolean known = user.equalsIgnoreCase("alice") || user.startsWith("system:");
            return known && password.equals("a:b") ? Optional.of(user.toLowerCase(Locale.ROOT)) : Optional.empty();
        }

        @Override
        public Optional<List<String>> groupsOf(String user) {
            return Optional.of(List.of("dev", "system:masters"));
        }
    }

    private final Directory directory = new Directory();
    private final BasicAuthenticator authenticator = new BasicAuthenticator(directory, new RegistryUsers(directory));

    private Optional<UserInfo> authenticate(String pair) {
        String header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return authenticator.authenticate(new Credentials(List.of(), header));
    }

    @Test
    void provesAUserOfTheRegistryWithItsGroups() {
        UserInfo user = authenticate("ALICE:a:b").orElseThrow();
        assertThat(user.name()).isEqualTo("alice");
        assertThat(user.groups()).containsExactly("dev", UserInfo.GROUP_AUTHENTICATED);
    }

    @Test
    void givesNobodyTheClustersOwnNames() {
        assertThat(authenticate("alice:a:b").orElseThrow().groups()).doesNotContain("system:masters");
        assertUnauthorized("system:admin:a:b");
        assertUnauthorized("system:kube-scheduler:a:b");
    }

    @Test
    void refusesWrongPasswordsAndBrokenHeaders() {
        assertUnauthorized("alice:wrong");
        assertUnauthorized("alice:");
        assertUnauthorized(":a:b");
        assertUnauthorized("alice");
        assertThatThrownBy(() -> authenticator.authenticate(new Credentials(List.of(), "Basic !!!")))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> authenticator.authenticate(new Credentials(List.of(), "Basic " + "A".repeat(100_000))))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void asksTheDirectoryOnceForARightPasswordAndEachTimeForAWrongOne() {
        authenticate("alice:a:b");
        authenticate("alice:a:b");
        assertThat(directory.asked).isEqualTo(1);
        assertUnauthorized("alice:x");
        assertUnauthorized("alice:x");
        assertThat(directory.asked).isEqualTo(3);
    }

    @Test
    void isUnavailableRatherThanWrongWhenTheDirectoryIsDown() {
        directory.down = true;
        assertThatThrownBy(() -> authenticate("alice:a:b"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(503));
    }

    @Test
    void leavesOtherSchemesToOthers() {
        assertThat(authenticator.authenticate(new Credentials(List.of(), "Bearer x")))
                .isEmpty();
        assertThat(authenticator.authenticate(new Credentials(List.of(), ""))).isEmpty();
    }

    private void assertUnauthorized(String pair) {
        assertThatThrownBy(() -> authenticate(pair))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
    }
}
