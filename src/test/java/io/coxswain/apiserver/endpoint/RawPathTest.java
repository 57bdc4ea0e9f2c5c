package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths are refused before anything looks at them. */
class RawPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/pods%2e",
                "/api/v1/%2E%2e/x",
                "/api/v1\\pods",
                "/api/v1/a%5Cb",
                "/api/v1/a%2fb",
                "/a%23b",
                "/a#b",
                "/a%00",
                "/a%0d%0aX-Header:1",
                "/a%7f",
                "/a\tb"
            })
    void pathsWithTwoReadingsAreRefused(String path) {
        assertThat(RawPath.isPlain(path)).isFalse();
        assertThat(RawPath.refusal().code()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1/namespaces/kube-system/pods/a.b-c",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
                "/api/v1/nodes/%E2%82%AC",
                "/api/v1/namespaces/a%20b",
                "/v2/library/app/manifests/sha256:00",
                "/%zz"
            })
    void otherPathsAreNot(String path) {
        assertThat(RawPath.isPlain(path)).isTrue();
    }
}
