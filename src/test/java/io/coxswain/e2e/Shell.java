package io.coxswain.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands, bounded in time. */
public final class Shell {
    /** What a command came to; output and errors together. */
    public record Result(List<String> command, int exitCode, String output) {
        public Result orFail() {
            assertThat(exitCode).as(String.join(" ", command) + "\n" + output).isZero();
            return this;
        }
    }

    private Shell() {}

    /** Runs a command that must succeed; returns its output. */
    public static String succeed(Duration limit, Map<String, String> environment, List<String> command) {
        return run(limit, environment, command).orFail().output();
    }

    public static Result run(Duration limit, Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile("coxswain-e2e", ".out");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError("not done within " + limit + ": " + String.join(" ", command) + "\n"
                            + Files.readString(output, StandardCharsets.UTF_8));
                }
                return new Result(command, process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + String.join(" ", command), e);
        }
    }
}
