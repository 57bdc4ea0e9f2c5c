package io.coxswain.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.node.FakeClock;
import io.coxswain.node.volume.AtomicWriter.FileEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicWriterTest {

    @TempDir
    Path dir;

    private final FakeClock clock = new FakeClock();

    private boolean write(Map<String, String> files) throws IOException {
        clock.advance(Duration.ofMillis(1));
        Ownership nobody = new Ownership(OptionalLong.empty(), OptionalLong.empty(), true);
        var entries = files.entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, e -> new FileEntry(e.getValue().getBytes(StandardCharsets.UTF_8), 0640)));
        return new AtomicWriter(dir, clock, nobody).write(entries);
    }

    @Test
    void laysFilesOutBehindTheDataLink() throws IOException {
        assertThat(write(Map.of("a", "1", "sub/b", "2"))).isTrue();
        assertThat(dir.resolve("a")).hasContent("1");
        assertThat(dir.resolve("sub/b")).hasContent("2");
        assertThat(Files.readSymbolicLink(dir.resolve("a"))).hasToString("..data/a");
        assertThat(Files.isSymbolicLink(dir.resolve("..data"))).isTrue();
        assertThat((Integer) Files.getAttribute(dir.resolve("a"), "unix:mode") & 0777)
                .isEqualTo(0640);
    }

    @Test
    void swapsAllFilesAtOnceAndRemovesOldOnes() throws IOException {
        write(Map.of("a", "1", "old", "x"));
        Path before = Files.readSymbolicLink(dir.resolve("..data"));
        assertThat(write(Map.of("a", "2", "new", "y"))).isTrue();
        assertThat(dir.resolve("a")).hasContent("2");
        assertThat(dir.resolve("new")).hasContent("y");
        assertThat(Files.exists(dir.resolve("old"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(dir.resolve(before)).doesNotExist();
        try (Stream<Path> all = Files.list(dir)) {
            assertThat(all.map(p -> p.getFileName().toString()).filter(n -> n.startsWith("..2")))
                    .hasSize(1);
        }
    }

    @Test
    void writesNothingWhenNothingChanged() throws IOException {
        write(Map.of("a", "1"));
        Path before = Files.readSymbolicLink(dir.resolve("..data"));
        assertThat(write(Map.of("a", "1"))).isFalse();
        assertThat(Files.readSymbolicLink(dir.resolve("..data"))).isEqualTo(before);
    }

    @Test
    void refusesPathsThatLeaveTheVolume() {
        assertThatThrownBy(() -> write(Map.of("../../etc/x", "1"))).isInstanceOf(VolumeException.class);
        assertThat(dir.resolve("../../etc/x").normalize()).doesNotExist();
    }

    @Test
    void deletesTreesWithoutFollowingLinks() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("keep"), "x");
        Path tree = Files.createDirectory(dir.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        AtomicWriter.deleteTree(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("keep")).exists();
        AtomicWriter.deleteTree(tree);
    }
}
