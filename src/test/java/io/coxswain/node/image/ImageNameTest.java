package io.coxswain.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

    @ParameterizedTest
    @CsvSource({
        "appl-x:1.18, docker.io/library/appl-x:1.18",
        "busybox, docker.io/library/busybox:latest",
        "team/app, docker.io/team/app:latest",
        "localhost/app:2, localhost/app:2",
        "reg.example:5000/a/b:v1, reg.example:5000/a/b:v1",
        "index.docker.io/library/x:1, docker.io/library/x:1",
    })
    void completesNames(String text, String full) {
        assertThat(ImageName.parse(text).orElseThrow()).hasToString(full);
    }

    @Test
    void takesDigests() {
        String digest = "sha256:" + "a".repeat(64);
        ImageName name = ImageName.parse("app@" + digest).orElseThrow();
        assertThat(name.digest()).isEqualTo(digest);
        assertThat(name.tag()).isEmpty();
        assertThat(name.defaultPullPolicy()).isEqualTo("IfNotPresent");
    }

    @Test
    void pullsLatestAlways() {
        assertThat(ImageName.parse("x").orElseThrow().defaultPullPolicy()).isEqualTo("Always");
        assertThat(ImageName.parse("x:1").orElseThrow().defaultPullPolicy()).isEqualTo("IfNotPresent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " x",
                "UPPER/x:1",
                "x:",
                "x:ta g",
                "x@sha256:12",
                "a//b",
                "/x",
                "x/",
                "-x",
                "x:-1",
                "http://x/y"
            })
    void refusesWhatIsNoReference(String text) {
        assertThat(ImageName.parse(text)).isEmpty();
    }

    @Test
    void refusesHugeNames() {
        assertThat(ImageName.parse("a".repeat(100_000))).isEmpty();
        assertThat(ImageName.parse("a/".repeat(400) + "b")).isEmpty();
    }
}
