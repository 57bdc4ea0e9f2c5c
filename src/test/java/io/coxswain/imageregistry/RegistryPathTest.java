package io.coxswain.imageregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryPathTest {
    @ParameterizedTest
    @CsvSource({
        "appl-x/manifests/1.18, appl-x, MANIFEST, 1.18",
        "library/appl-x/manifests/1.18, appl-x, MANIFEST, 1.18",
        "a/b/c/blobs/sha256:00, a/b/c, BLOB, sha256:00",
        "a/blobs/uploads, a, UPLOAD, ''",
        "a/blobs/uploads/, a, UPLOAD, ''",
        "a/blobs/uploads/0-1, a, UPLOAD, 0-1",
        "a/tags/list, a, TAGS, ''",
        "manifests/manifests/manifests, manifests, MANIFEST, manifests",
    })
    void takesPathsApart(String path, String name, RegistryPath.Kind kind, String reference) {
        assertThat(RegistryPath.parse(path)).contains(new RegistryPath(new RepositoryName(name), kind, reference));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "a/manifests/", "manifests/1", "a/blobs/x/y"})
    void knowsNothingElse(String path) {
        assertThat(RegistryPath.parse(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A/manifests/1", "../etc/manifests/1", "a//b/manifests/1", "-a/manifests/1"})
    void refusesNamesThatAreNone(String path) {
        assertThatThrownBy(() -> RegistryPath.parse(path)).isInstanceOf(RegistryException.class);
    }

    @Test
    void refusesDigestsThatAreNone() {
        for (String text : new String[] {"", "sha256:", "sha256:xyz", "md5:00", "sha256:" + "A".repeat(64)}) {
            assertThatThrownBy(() -> Digest.parse(text)).as(text).isInstanceOf(RegistryException.class);
        }
        assertThat(Digest.parse("sha256:" + "a".repeat(64)).hex()).hasSize(64);
    }
}
