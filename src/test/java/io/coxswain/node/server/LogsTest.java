package io.coxswain.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsTest {

    @TempDir
    Path dir;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicBoolean alive = new AtomicBoolean();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private Path log(String... entries) throws IOException {
        Path file = dir.resolve("0.log");
        append(file, entries);
        return file;
    }

    private static void append(Path file, String... entries) throws IOException {
        StringBuilder text = new StringBuilder();
        int second = Files.exists(file)
                ? Files.readAllLines(file, StandardCharsets.ISO_8859_1).size()
                : 0;
        for (String each : entries) {
            text.append(String.format("2026-01-01T00:00:%02d.5Z %s%n", second++, each));
        }
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String read(Path file, LogOptions options) throws IOException {
        try (LogStream in = new FileLogStream(file, options, alive::get, timer)) {
            return drain(in);
        }
    }

    private static String drain(LogStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[7];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static LogOptions tail(int lines) {
        return new LogOptions(
                false, false, false, OptionalInt.of(lines), Optional.empty(), OptionalLong.empty(), "All");
    }

    @Test
    void joinsPartialEntriesAndMergesStreams() throws IOException {
        Path file = log("stdout F one", "stderr F two", "stdout P thr", "stdout F ee", "stdout F ");
        assertThat(read(file, LogOptions.ALL)).isEqualTo("one\ntwo\nthree\n\n");
    }

    @Test
    void takesTheLastLinesWherePartialEntriesCountAsOne() throws IOException {
        Path file = log("stdout F one", "stdout P tw", "stdout F o", "stdout F three");
        assertThat(read(file, tail(2))).isEqualTo("two\nthree\n");
        assertThat(read(file, tail(1))).isEqualTo("three\n");
        assertThat(read(file, tail(0))).isEmpty();
        assertThat(read(file, tail(99))).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void tailsAcrossBlocks() throws IOException {
        String[] many = new String[20_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "stdout F line " + i;
        }
        Path file = log(many);
        assertThat(read(file, tail(9000)).lines()).hasSize(9000).first().isEqualTo("line 11000");
    }

    @Test
    void filtersByTimeStreamAndSize() throws IOException {
        Path file = log("stdout F one", "stderr F two", "stdout F three");
        assertThat(read(
                        file,
                        new LogOptions(
                                false,
                                false,
                                true,
                                OptionalInt.empty(),
                                Optional.of(Instant.parse("2026-01-01T00:00:01Z")),
                                OptionalLong.empty(),
                                "All")))
                .isEqualTo("2026-01-01T00:00:01.5Z two\n2026-01-01T00:00:02.5Z three\n");
        assertThat(read(
                        file,
                        new LogOptions(
                                false,
                                false,
                                false,
                                OptionalInt.empty(),
                                Optional.empty(),
                                OptionalLong.of(6),
                                "Stdout")))
                .isEqualTo("one\nth");
    }

    @Test
    void followsThroughARotationUntilTheContainerEnds() throws Exception {
        alive.set(true);
        Path file = log("stdout F one");
        LogOptions follow =
                new LogOptions(true, false, false, OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), "All");
        StringBuilder seen = new StringBuilder();
        try (LogStream in = new FileLogStream(file, follow, alive::get, timer)) {
            seen.append(drain(in));
            assertThat(seen.toString()).isEqualTo("one\n");
            append(file, "stdout F two");
            Files.move(file, dir.resolve("0.log.1"));
            append(file, "stdout F three");
            seen.append(drain(in));
            assertThat(seen.toString()).isEqualTo("one\ntwo\nthree\n");
            append(file, "stdout F four");
            alive.set(false);
            org.awaitility.Awaitility.await().until(() -> {
                seen.append(drain(in));
                return in.read(new byte[1]) < 0;
            });
        }
        assertThat(seen.toString()).isEqualTo("one\ntwo\nthree\nfour\n");
    }

    @Test
    void callsWhenThereIsSomethingToRead() throws Exception {
        alive.set(true);
        Path file = log("stdout F one");
        LogOptions follow =
                new LogOptions(true, false, false, OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), "All");
        StringBuffer seen = new StringBuffer();
        try (LogStream in = new FileLogStream(file, follow, alive::get, timer)) {
            in.onReady(() -> {
                try {
                    seen.append(drain(in));
                } catch (IOException e) {
                    seen.append(e);
                }
            });
            assertThat(seen.toString()).isEqualTo("one\n");
            append(file, "stdout F two");
            org.awaitility.Awaitility.await().until(() -> seen.toString().equals("one\ntwo\n"));
        }
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThatThrownBy(() -> read(dir.resolve("none"), LogOptions.ALL)).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "2026 stdout", "2026-01-01T00:00:00Z stdlog F x", "a b c d"})
    void ignoresWhatIsNotInTheFormat(String line) {
        assertThat(CriLogLine.parse(line.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void survivesBinaryRubbish() throws IOException {
        Path file = dir.resolve("0.log");
        Files.write(file, new byte[] {0, 1, 2, '\n', (byte) 0xff, '\n'});
        append(file, "stdout F fine");
        assertThat(read(file, tail(5))).isEqualTo("fine\n");
    }

    @Test
    void quotesTheEndOfALogForTerminationMessages() throws IOException {
        Path file = log("stdout F one", "stdout F two", "stderr F three");
        assertThat(LogFiles.tail(file, 2, 100)).isEqualTo("two\nthree\n");
        assertThat(LogFiles.tail(file, 2, 4)).isEqualTo("ree\n");
        assertThat(LogFiles.tail(dir.resolve("none"), 2, 4)).isEmpty();
    }
}
