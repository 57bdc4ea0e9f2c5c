package io.coxswain.it.conformance;

import io.coxswain.e2e.KubectlBinary;
import io.coxswain.e2e.Shell;
import io.coxswain.it.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@link KubectlBinary} as the administrator of the server under test, with a kubeconfig and a cache of its own under
 * {@code directory}. Commands are lines of bash.
 */
record Kubectl(Path directory) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Takes a copy of the administrator's kubeconfig into the directory. */
    static Kubectl in(Path directory) {
        try {
            Files.copy(TestServer.get().data().resolve("kubeconfig"), directory.resolve("kubeconfig"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Kubectl(directory);
    }

    /** Runs a line that must succeed; returns what it printed. */
    String run(String line) {
        return attempt(line).orFail().output();
    }

    /** Runs a line, whatever comes of it. */
    Shell.Result attempt(String line) {
        return Shell.run(LIMIT, environment(), List.of("bash", "-c", line));
    }

    /** Starts a line that goes on until its process is destroyed; errors are dropped. */
    Process start(String line) {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file; the lines find it as {@code $DIR/NAME}. */
    void file(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> environment() {
        return Map.of(
                "KUBECONFIG", directory.resolve("kubeconfig").toString(),
                "KUBECACHEDIR", directory.resolve("cache").toString(),
                "DIR", directory.toString(),
                "HOME", directory.toString(),
                "PATH", KubectlBinary.searchPath(directory.resolve("bin")));
    }
}
