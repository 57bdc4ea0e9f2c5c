package io.coxswain.imageregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.imageregistry.RegistryException.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRegistryTest {
    private static final RepositoryName APP = RepositoryName.parse("appl-x");

    @TempDir
    Path directory;

    private ImageRegistry registry;

    @BeforeEach
    void open() {
        registry = open(Clock.systemUTC(), 1_000_000);
    }

    private ImageRegistry open(Clock clock, long maxBytes) {
        return new ImageRegistry(
                new RegistrySettings(directory, maxBytes, Duration.ofHours(1), Duration.ofHours(1)), clock);
    }

    @Test
    void keepsAnUploadSentInChunks() throws IOException {
        byte[] blob = bytes("hello, world");
        String upload = registry.startUpload();
        assertThat(registry.append(upload, 0, in(bytes("hello, ")))).isEqualTo(7);
        assertThat(registry.append(upload, 7, in(bytes("world")))).isEqualTo(12);
        registry.finishUpload(upload, Digest.of(blob));
        assertThat(registry.blob(Digest.of(blob)))
                .hasValueSatisfying(file -> assertThat(file).hasBinaryContent(blob));
    }

    @Test
    void refusesAChunkThatLeavesAGap() throws IOException {
        String upload = registry.startUpload();
        registry.append(upload, 0, in(bytes("abc")));
        assertThatThrownBy(() -> registry.append(upload, 5, in(bytes("f"))))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.BLOB_UPLOAD_INVALID));
        assertThat(registry.uploadedBytes(upload)).isEqualTo(3);
    }

    @Test
    void refusesAWrongDigestAndForgetsTheUpload() throws IOException {
        String upload = registry.startUpload();
        registry.append(upload, -1, in(bytes("abc")));
        Digest other = Digest.of(bytes("xyz"));
        assertThatThrownBy(() -> registry.finishUpload(upload, other))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.DIGEST_INVALID));
        assertThat(registry.blob(other)).isEmpty();
        assertThatThrownBy(() -> registry.uploadedBytes(upload))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.BLOB_UPLOAD_UNKNOWN));
    }

    @Test
    void refusesUploadIdsThatLeadOutOfTheDirectory() {
        assertThatThrownBy(() -> registry.uploadedBytes("../../blobs"))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.BLOB_UPLOAD_UNKNOWN));
    }

    @Test
    void refusesMoreThanTheLimit() throws IOException {
        ImageRegistry small = open(Clock.systemUTC(), 10);
        String upload = small.startUpload();
        assertThatThrownBy(() -> small.append(upload, 0, in(bytes("more than ten bytes"))))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.SIZE_INVALID));
    }

    @Test
    void servesAManifestByTagAndByDigest() throws IOException {
        byte[] manifest = manifest(push("config"), push("layer"));
        Digest digest = registry.putManifest(APP, "1.18", manifest);
        assertThat(registry.manifest(APP, "1.18")).hasValueSatisfying(found -> {
            assertThat(found.bytes()).isEqualTo(manifest);
            assertThat(found.digest()).isEqualTo(digest);
        });
        assertThat(registry.manifest(APP, digest.toString())).isPresent();
        assertThat(registry.tags(APP)).containsExactly("1.18");
        assertThat(registry.repositories()).containsExactly("appl-x");
    }

    @Test
    void readsLibraryNamesAsTheShortOnes() throws IOException {
        registry.putManifest(APP, "1.18", manifest(push("config"), push("layer")));
        assertThat(registry.manifest(RepositoryName.parse("library/appl-x"), "1.18"))
                .isPresent();
    }

    @Test
    void refusesAManifestWhoseBlobsAreMissing() throws IOException {
        byte[] manifest = manifest(push("config"), Digest.of(bytes("never pushed")));
        assertThatThrownBy(() -> registry.putManifest(APP, "1", manifest))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.MANIFEST_BLOB_UNKNOWN));
        assertThat(registry.exists(APP)).isFalse();
    }

    @Test
    void refusesWhatIsNoManifest() {
        for (String text : new String[] {"", "[]", "{", "{}", "{\"config\":7}", "\"x\""}) {
            assertThatThrownBy(() -> registry.putManifest(APP, "1", bytes(text)))
                    .as(text)
                    .isInstanceOfSatisfying(
                            RegistryException.class, e -> assertThat(e.code()).isEqualTo(Code.MANIFEST_INVALID));
        }
    }

    @Test
    void deletingAManifestTakesItsTagsAlong() throws IOException {
        Digest digest = registry.putManifest(APP, "1", manifest(push("config"), push("layer")));
        registry.putManifest(APP, "2", manifest(push("config"), push("other layer")));
        assertThat(registry.deleteManifest(APP, digest.toString())).isTrue();
        assertThat(registry.tags(APP)).containsExactly("2");
        assertThat(registry.deleteManifest(APP, digest.toString())).isFalse();
    }

    @Test
    void collectsOnlyBlobsThatNoManifestNames() throws IOException {
        Digest kept = push("layer");
        registry.putManifest(APP, "1", manifest(push("config"), kept));
        Digest dropped = push("no manifest names this");
        ImageRegistry later = open(Clock.fixed(Instant.now().plus(Duration.ofHours(2)), ZoneOffset.UTC), 1_000_000);
        assertThat(later.collectGarbage()).isEqualTo("no manifest names this".length());
        assertThat(later.blob(kept)).isPresent();
        assertThat(later.blob(dropped)).isEmpty();
    }

    @Test
    void keepsYoungBlobsForThePushThatIsUnderWay() throws IOException {
        Digest young = push("layer");
        assertThat(registry.collectGarbage()).isZero();
        assertThat(registry.blob(young)).isPresent();
    }

    @Test
    void findsReferrers() throws IOException {
        Digest image = registry.putManifest(APP, "1", manifest(push("config"), push("layer")));
        String signature = "{\"schemaVersion\":2,\"artifactType\":\"application/signature\",\"config\":{\"digest\":\""
                + push("config") + "\"},\"layers\":[],\"subject\":{\"digest\":\"" + image + "\"}}";
        registry.putManifest(APP, Digest.of(bytes(signature)).toString(), bytes(signature));
        assertThat(registry.referrers(APP, image)).hasSize(1);
    }

    @Test
    void countsItsBytesAgainAfterARestart() throws IOException {
        push("12345");
        assertThat(open(Clock.systemUTC(), 100).usedBytes()).isEqualTo(5);
        try (var files = Files.walk(directory.resolve("uploads"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private Digest push(String content) throws IOException {
        Digest digest = Digest.of(bytes(content));
        String upload = registry.startUpload();
        registry.append(upload, -1, in(bytes(content)));
        registry.finishUpload(upload, digest);
        return digest;
    }

    private static byte[] manifest(Digest config, Digest layer) {
        return bytes("{\"schemaVersion\":2,\"config\":{\"digest\":\"" + config + "\"},\"layers\":[{\"digest\":\""
                + layer + "\"}]}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteArrayInputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }
}
