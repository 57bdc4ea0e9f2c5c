package io.coxswain.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What authorization and the registry are told about a URL. */
class RequestInfoParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        GET | /api/v1/namespaces/ns/pods | list | '' | v1 | ns | pods | '' | ''
        GET | /api/v1/namespaces/ns/pods/p | get | '' | v1 | ns | pods | p | ''
        HEAD | /api/v1/namespaces/ns/pods/p | get | '' | v1 | ns | pods | p | ''
        GET | /api/v1/namespaces/ns/pods/p/log | get | '' | v1 | ns | pods | p | log
        POST | /api/v1/namespaces/ns/pods/p/exec | create | '' | v1 | ns | pods | p | exec
        GET | /api/v1/namespaces/ns/pods/p/proxy/a/b | get | '' | v1 | ns | pods | p | proxy
        GET | /api/v1/namespaces | list | '' | v1 | '' | namespaces | '' | ''
        GET | /api/v1/namespaces/ns | get | '' | v1 | '' | namespaces | ns | ''
        PUT | /api/v1/namespaces/ns/finalize | update | '' | v1 | '' | namespaces | ns | finalize
        PATCH | /api/v1/namespaces/ns/status | patch | '' | v1 | '' | namespaces | ns | status
        DELETE | /apis/apps/v1/namespaces/ns/deployments | deletecollection | apps | v1 | ns | deployments | '' | ''
        DELETE | /apis/apps/v1/namespaces/ns/deployments/d | delete | apps | v1 | ns | deployments | d | ''
        POST | /apis/apps/v1/deployments | create | apps | v1 | '' | deployments | '' | ''
        GET | /api/v1/watch/pods | watch | '' | v1 | '' | pods | '' | ''
        GET | /api/v1/watch/namespaces/ns/pods/p | watch | '' | v1 | ns | pods | p | ''
        GET | /api/v1/nodes//n/ | get | '' | v1 | '' | nodes | n | ''
        GET | /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode | get | rbac.authorization.k8s.io | v1 | '' | clusterroles | system:node | ''
        GET | /api/v1/namespaces/ns/configmaps/a%2Fb | get | '' | v1 | ns | configmaps | a/b | ''
        """)
    void aResourcePathIsTakenApart(
            String method,
            String path,
            String verb,
            String group,
            String version,
            String namespace,
            String resource,
            String name,
            String subresource) {
        RequestInfo info = RequestInfoParser.parse(method, path, Map.of());
        assertThat(info.isResource()).isTrue();
        assertThat(List.of(
                        info.verb(),
                        info.group(),
                        info.version(),
                        info.namespace(),
                        info.resource(),
                        info.name(),
                        info.subresource()))
                .containsExactly(verb, group, version, namespace, resource, name, subresource);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1", "/healthz", "/apiss/apps/v1/x"})
    void otherPathsHaveTheMethodForAVerb(String path) {
        RequestInfo info = RequestInfoParser.parse("GET", path, Map.of());
        assertThat(info.isResource()).isFalse();
        assertThat(info.verb()).isEqualTo("get");
        assertThat(info.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"watch=true, watch", "watch=1, watch", "watch, watch", "watch=false, list", "watch=0, list"})
    void aListWithAWatchFlagIsAWatch(String query, String verb) {
        assertThat(RequestInfoParser.parse("GET", "/api/v1/pods", RequestInfoParser.query(query))
                        .verb())
                .isEqualTo(verb);
    }

    @ParameterizedTest
    @CsvSource({
        "fieldSelector=metadata.name%3Dx, x",
        "fieldSelector=metadata.name%3D%3Dx, x",
        "'fieldSelector=spec.nodeName%3Dn,metadata.name%3Dx', x",
        "fieldSelector=metadata.name!%3Dx, ''",
        "fieldSelector=metadata.name%3D, ''",
        "fieldSelector=metadata.name%3Da%2Fb, ''",
        "fieldSelector=metadata.name%3D..%5Cb, ''"
    })
    void aListOfOneNameIsAuthorizedAsThatObject(String query, String name) {
        assertThat(RequestInfoParser.parse("GET", "/api/v1/pods", RequestInfoParser.query(query))
                        .name())
                .isEqualTo(name);
    }

    @Test
    void aSelectorDoesNotNameTheVictimOfADelete() {
        RequestInfo info = RequestInfoParser.parse(
                "DELETE", "/api/v1/namespaces/ns/pods", RequestInfoParser.query("fieldSelector=metadata.name%3Dx"));
        assertThat(info.verb()).isEqualTo("deletecollection");
        assertThat(info.name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/pods/%zz", "/api/v1/pods/%", "/%a"})
    void aPathThatCannotBeDecodedIsABadRequest(String path) {
        assertThatThrownBy(() -> RequestInfoParser.parse("GET", path, Map.of()))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void aQueryKeepsItsOrderAndItsRepetitions() {
        Map<String, List<String>> query = RequestInfoParser.query("command=ls&command=-l+x&&b=%26&flag&e=");
        assertThat(query.get("command")).containsExactly("ls", "-l x");
        assertThat(query.get("b")).containsExactly("&");
        assertThat(query.get("flag")).containsExactly("");
        assertThat(query.get("e")).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "%q=1"})
    void aQueryThatCannotBeDecodedIsABadRequest(String query) {
        assertThatThrownBy(() -> RequestInfoParser.query(query))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void aFloodOfParametersIsRefused() {
        assertThatThrownBy(() -> RequestInfoParser.query("a=b&".repeat(100_000)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void aPlusInAPathIsAPlus() {
        assertThat(RequestInfoParser.parse("GET", "/api/v1/nodes/a+b", Map.of()).name())
                .isEqualTo("a+b");
    }

    @Test
    void aRequestWithoutAUrlHasThePathItWouldHave() {
        RequestInfo parsed =
                RequestInfoParser.parse("GET", "/apis/apps/v1/namespaces/ns/deployments/d/scale", Map.of());
        RequestInfo made = RequestInfo.resource("get", parsed.gvr(), "ns", "d", "scale");
        assertThat(made).isEqualTo(parsed);
    }
}
