package io.coxswain.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the host (mount, ip, nft) with a time limit. */
public final class HostCommands {

    private HostCommands() {}

    /**
     * Runs to the end and returns what the program wrote.
     *
     * @throws IOException if it cannot be started, fails (with its output as message) or takes too long
     */
    public static String run(List<String> command, String input, Duration limit) throws IOException {
        // Files rather than pipes: neither side can block the other, and the time limit stays ours.
        Path in = Files.createTempFile("coxswain-", ".in");
        Path out = Files.createTempFile("coxswain-", ".out");
        try {
            Files.writeString(in, input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IOException(command.get(0) + " took longer than " + limit.toSeconds() + " s");
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + command.get(0), e);
            }
            String text = new String(Files.readAllBytes(out), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": exit status " + process.exitValue()
                        + (text.isEmpty() ? "" : ": " + text));
            }
            return text;
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(out);
        }
    }
}
