package io.coxswain.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A steady stream of requests from a node, about ten a second, until it is closed or two minutes have passed. */
final class RequestStream implements AutoCloseable {
    private final Path log;
    private final Process process;

    RequestStream(String node, String url) throws IOException {
        log = Files.createTempFile("coxswain-e2e-requests", ".log");
        String loop = "for i in $(seq 1200); do curl -sS --max-time 5 '" + url
                + "' 2>&1 || echo \"FAILED $?\"; sleep 0.1; done";
        process = new ProcessBuilder("nsenter", "--net=" + LocalCluster.nodeProperty(node, "netns"), "sh", "-c", loop)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    void awaitAnswerContaining(String text, Duration limit) {
        await("an answer with " + text)
                .atMost(limit)
                .until(() -> lines().stream().anyMatch(line -> line.contains(text)));
    }

    long answers() throws IOException {
        return lines().stream().filter(line -> line.startsWith("application-x")).count();
    }

    List<String> failures() throws IOException {
        return lines().stream()
                .filter(line -> !line.startsWith("application-x"))
                .toList();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(log, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .toList();
    }

    @Override
    public void close() throws Exception {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
        Files.deleteIfExists(log);
    }
}
