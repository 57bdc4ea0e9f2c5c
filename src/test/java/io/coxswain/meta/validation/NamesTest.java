package io.coxswain.meta.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        // name, label, subdomain, 1035, qualified, label value, config key, port name
        "a, true, true, true, true, true, true, true",
        "a-b, true, true, true, true, true, true, true",
        "a--b, true, true, true, true, true, true, false",
        "1a, true, true, false, true, true, true, true",
        "1, true, true, false, true, true, true, false",
        "a.b, false, true, false, true, true, true, false",
        "A, false, false, false, true, true, true, false",
        "-a, false, false, false, false, false, true, false",
        "a-, false, false, false, false, false, true, false",
        "a_b, false, false, false, true, true, true, false",
        "a..b, false, false, false, true, true, true, false",
        "..a, false, false, false, false, false, false, false",
        "., false, false, false, false, false, false, false",
        "a/b, false, false, false, true, false, false, false",
        "/b, false, false, false, false, false, false, false",
        "a/, false, false, false, false, false, false, false",
        "a/b/c, false, false, false, false, false, false, false",
        "A.b/c, false, false, false, false, false, false, false",
        "'', false, false, false, false, true, false, false",
        "é, false, false, false, false, false, false, false",
    })
    void judgesNames(
            String name,
            boolean label,
            boolean subdomain,
            boolean rfc1035,
            boolean qualified,
            boolean labelValue,
            boolean configKey,
            boolean portName) {
        assertThat(Names.dns1123Label(name).isEmpty()).isEqualTo(label);
        assertThat(Names.dns1123Subdomain(name).isEmpty()).isEqualTo(subdomain);
        assertThat(Names.dns1035Label(name).isEmpty()).isEqualTo(rfc1035);
        assertThat(Names.qualifiedName(name).isEmpty()).isEqualTo(qualified);
        assertThat(Names.labelValue(name).isEmpty()).isEqualTo(labelValue);
        assertThat(Names.configMapKey(name).isEmpty()).isEqualTo(configKey);
        assertThat(Names.portName(name).isEmpty()).isEqualTo(portName);
    }

    @Test
    void forgivesAPrefixTheDashAtItsEnd() {
        assertThat(Names.dns1123Label("web-", true)).isEmpty();
        assertThat(Names.dns1123Label("web-", false)).isNotEmpty();
        assertThat(Names.dns1123Subdomain("web.a-", true)).isEmpty();
        assertThat(Names.dns1123Subdomain("web.a-", false)).isNotEmpty();
        assertThat(Names.dns1035Label("web-", true)).isEmpty();
        assertThat(Names.dns1035Label("1-x-", true)).isNotEmpty();
        assertThat(Names.dns1123Label("-", true)).isNotEmpty();
        assertThat(Names.pathSegment("..", true)).isEmpty();
        assertThat(Names.pathSegment("..", false)).containsExactly("may not be '..'");
        assertThat(Names.pathSegment("a/b%", true)).containsExactly("may not contain '/'", "may not contain '%'");
    }

    @Test
    void wordsItsMessagesAsUpstream() {
        assertThat(Names.dns1123Label("A"))
                .containsExactly(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        assertThat(Names.dns1123Label("a.b")).containsExactly("must not contain dots");
        assertThat(Names.dns1123Subdomain("A"))
                .containsExactly(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        assertThat(Names.dns1035Label("1"))
                .containsExactly(
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
        assertThat(Names.qualifiedName(""))
                .containsExactly(
                        "name part must be non-empty",
                        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
        assertThat(Names.qualifiedName("/b")).containsExactly("prefix part must be non-empty");
        assertThat(Names.configMapKey("..a")).containsExactly("must not start with '..'");
        assertThat(Names.portName("-a")).containsExactly("must not begin or end with a hyphen");
    }

    @Test
    void boundsLengths() {
        String long63 = "a".repeat(63);
        assertThat(Names.dns1123Label(long63)).isEmpty();
        assertThat(Names.dns1123Label(long63 + "a")).containsExactly("must be no more than 63 characters");
        assertThat(Names.dns1035Label(long63 + "a")).containsExactly("must be no more than 63 characters");
        assertThat(Names.labelValue(long63 + "a")).containsExactly("must be no more than 63 characters");
        assertThat(Names.qualifiedName("example.com/" + long63)).isEmpty();
        assertThat(Names.qualifiedName(long63 + "a")).containsExactly("name part must be no more than 63 characters");
        assertThat(Names.dns1123Subdomain("a".repeat(254))).containsExactly("must be no more than 253 characters");
        assertThat(Names.dns1123Subdomain("a".repeat(300))).hasSize(1);
        assertThat(Names.portName("a".repeat(16))).containsExactly("must be no more than 15 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "a%b"})
    void refusesNamesThatAreNoPathSegment(String name) {
        assertThat(Names.pathSegment(name)).hasSize(1);
    }

    @Test
    void allowsColonsAndOtherSignsInPathSegments() {
        assertThat(Names.pathSegment("system:node")).isEmpty();
    }

    @Test
    void judgesEnvironmentVariables() {
        assertThat(Names.envVarName("MY.VAR-1 x")).isEmpty();
        assertThat(Names.envVarName("")).containsExactly("environment variable name must be non-empty");
        assertThat(Names.envVarName("a=b")).hasSize(1);
        assertThat(Names.envVarName("ä")).hasSize(1);
    }

    @Test
    void judgesPorts() {
        assertThat(Names.portNumber(1)).isEmpty();
        assertThat(Names.portNumber(0)).containsExactly("must be between 1 and 65535, inclusive");
        assertThat(Names.portNumber(65536)).hasSize(1);
    }
}
