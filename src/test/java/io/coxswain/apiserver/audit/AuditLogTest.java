package io.coxswain.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestOrigin;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.codec.JsonCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private AuditLog log(int queueSize, boolean wait) {
        return new AuditLog(directory.resolve("logs/audit.log"), 1 << 20, 2, queueSize, wait, CLOCK);
    }

    private static AuditEvent event(int number) {
        UserInfo user = UserInfo.of("jane");
        return new AuditEvent(
                AuditLevel.METADATA,
                AuditStage.RESPONSE_COMPLETE,
                "id-" + number,
                new RequestInfo(false, "get", "/version", "", "", "", "", "", ""),
                user,
                new RequestOrigin(user, List.of(), "/version"),
                "",
                200,
                null,
                "",
                RequestBody.NONE,
                "",
                AuditEvent.Answer.NONE,
                false,
                Instant.EPOCH,
                Instant.EPOCH,
                Map.of(),
                1024);
    }

    @Test
    void writesALineAnEventInOrderForItsOwnerAlone() throws Exception {
        AuditLog log = log(100, true);
        log.start(Thread::new);
        IntStream.range(0, 1000).forEach(i -> log.log(event(i)));
        log.stop();
        Path file = directory.resolve("logs/audit.log");
        assertThat(Files.readAllLines(file))
                .extracting(line -> JsonCodec.parseObject(line.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .getString("auditID"))
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "id-" + i).toList());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(log.written()).isEqualTo(1000);
        assertThat(log.lost()).isZero();
    }

    @Test
    void appendsAfterARestart() throws Exception {
        for (int i = 0; i < 2; i++) {
            AuditLog log = log(100, true);
            log.start(Thread::new);
            log.log(event(i));
            log.stop();
        }
        assertThat(Files.readAllLines(directory.resolve("logs/audit.log"))).hasSize(2);
    }

    @Test
    void countsWhatAFullQueueLoses() {
        AuditLog log = log(100, false);
        IntStream.range(0, 130).forEach(i -> log.log(event(i)));
        assertThat(log.waiting()).isEqualTo(100);
        assertThat(log.lost()).isEqualTo(30);
    }

    @Test
    void letsRequestsWaitRatherThanLoseEvents() throws Exception {
        AuditLog log = log(100, true);
        IntStream.range(0, 100).forEach(i -> log.log(event(i)));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> log.log(event(100)));
        assertThat(waiting).isNotDone();
        log.start(Thread::new);
        await().untilAsserted(() -> assertThat(waiting).isCompleted());
        log.stop();
        assertThat(log.written()).isEqualTo(101);
    }

    @Test
    void lettsNobodyWaitForALogThatHasStopped() throws Exception {
        AuditLog log = log(100, true);
        log.start(Thread::new);
        log.stop();
        log.log(event(1));
        assertThat(log.lost()).isEqualTo(1);
    }

    @Test
    void saysAtTheStartThatTheFileCannotBeOpened() throws Exception {
        Files.createDirectories(directory.resolve("logs/audit.log"));
        assertThatThrownBy(() -> log(100, true).start(Thread::new)).isInstanceOf(IOException.class);
    }

    @Test
    void countsWhatAFullDiskDoesNotTakeAndGoesOn() throws Exception {
        AuditLog log = new AuditLog(Path.of("/dev/full"), 1 << 20, 2, 100, true, CLOCK);
        log.start(Thread::new);
        IntStream.range(0, 300).forEach(i -> log.log(event(i)));
        log.stop();
        assertThat(log.lost()).isEqualTo(300);
        assertThat(log.written()).isZero();
    }

    @Test
    void boundsWhatTheQueueHoldsInMemory() {
        AuditQueue queue = new AuditQueue(1000, 2048);
        assertThat(queue.put(event(0), false)).isTrue();
        assertThat(queue.put(event(1), false)).isTrue();
        assertThat(queue.put(event(2), false)).isFalse();
    }

    @Test
    void rotatesBySizeAndKeepsSoManyFiles() throws Exception {
        Path path = directory.resolve("audit.log");
        Files.writeString(directory.resolve("audit-notes.log"), "not ours");
        try (RotatingFile file = new RotatingFile(path, 10, 2, CLOCK)) {
            for (int i = 0; i < 5; i++) {
                file.write(ByteBuffer.wrap(("line " + i + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
        }
        assertThat(Files.readString(path)).isEqualTo("line 4\n");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize(4)
                    .contains("audit-notes.log")
                    .filteredOn(name -> name.startsWith("audit-2026-01-02T03-04-05.000"))
                    .hasSize(2);
        }
    }
}
