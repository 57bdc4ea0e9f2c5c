package io.coxswain.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The measured server, as far as it is within reach. {@code --pid PID} lets its use of the machine be seen. With
 * {@code --server-program FILE} (Liberty's {@code bin/server}), {@code --server-directory DIR}, {@code --server-log FILE} and
 * {@code --pid-file FILE} it can be killed and started again; the environment is then as for the first start.
 */
final class ServerProcess {
    private static final long START_SECONDS = 600;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final Options options;
    private final Target target;
    private long pid;

    private ServerProcess(Options options, Target target, long pid) {
        this.options = options;
        this.target = target;
        this.pid = pid;
    }

    static ServerProcess of(Options options, Target target) {
        return new ServerProcess(options, target, (long) options.number("pid", 0));
    }

    Usage usage() {
        return Usage.of(pid);
    }

    /** The size of all files below {@code --database-directory}; 0 if there is none. */
    long databaseMegabytes() throws IOException {
        Path directory = options.path("database-directory").orElse(null);
        if (directory == null) {
            return 0;
        }
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE; // the database takes files away as well
            }
        });
        return bytes.get() >> 20;
    }

    /** Whether its use of the machine can be seen. */
    boolean known() {
        return pid != 0;
    }

    /** Whether it can be killed and started. */
    boolean ours() {
        return pid != 0 && options.path("server-program").isPresent();
    }

    /** {@code kill -9}. Returns when it is gone. */
    void kill() {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        });
    }

    /** Asks it to end, as {@code ./coxswain down} does, and waits until it has. */
    void stop() {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroy();
            process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        });
    }

    /** Starts it. Returns the seconds from there to ready. */
    double start() throws IOException, InterruptedException {
        File log = options.path("server-log").orElseThrow().toFile();
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(
                        "setsid", options.path("server-program").orElseThrow().toString(), "run", "coxswain")
                .directory(options.path("server-directory").orElseThrow().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        pid = process.pid();
        Path file = options.path("pid-file").orElseThrow();
        Files.writeString(file, pid + "\n", StandardCharsets.UTF_8);
        while (!ready()) {
            if (!process.isAlive()) {
                throw new IOException("the server ended while it started: see " + log);
            }
            if (System.nanoTime() - begun > START_SECONDS * 1_000_000_000) {
                throw new IOException("the server was not ready after " + START_SECONDS + " s: see " + log);
            }
            Thread.sleep(50);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean ready() {
        try (HttpConnection connection = new HttpConnection(target)) {
            connection.timeout(5_000);
            return connection.get("/readyz") == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Lets it run on so many of the machine's cores. */
    void limit(int cores) throws IOException, InterruptedException {
        run("taskset", "-acp", "0-" + (cores - 1), String.valueOf(pid));
    }

    /** Bytes that are reachable in its heap, after a full collection; nothing if it is no JVM that this one can ask. */
    OptionalLong liveHeap() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        if (pid == 0 || run(jcmd, String.valueOf(pid), "GC.run").isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher used = USED.matcher(
                run(jcmd, String.valueOf(pid), "GC.heap_info").replaceAll("(?i)metaspace.*|class space.*", ""));
        long kilobytes = 0;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
        }
        return kilobytes == 0 ? OptionalLong.empty() : OptionalLong.of(kilobytes << 10);
    }

    /** What it printed, or nothing if it failed. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? text : "";
    }
}
