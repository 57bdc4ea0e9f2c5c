package io.coxswain.store.jpa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of the test's own, from Debian's package {@code postgresql}: a directory made by {@code initdb}, a port
 * on the loopback address, fsync on as in earnest. PostgreSQL refuses to run as root, so root runs it as the package's user
 * {@code postgres}; its directory is then where that user can go, in the system's temporary directory.
 */
public final class PostgresqlServer implements AutoCloseable {
    public static final String OWNER = "owner";
    public static final String PASSWORD = "it's a \"secret\"";
    private static final int FIRST_PORT = 17650;
    private static final int LAST_PORT = 17679;
    private static @Nullable PostgresqlServer shared;

    private final Path programs;
    private final Path directory;
    private final int port;
    private @Nullable Process process;

    private PostgresqlServer(Path programs, Path directory, int port) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
    }

    /** One for all tests of this JVM that leave it as they find it. */
    public static synchronized PostgresqlServer shared() {
        PostgresqlServer server = shared;
        if (server == null) {
            server = make();
            server.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            shared = server;
        }
        return server;
    }

    /** A new one, which does not run yet. */
    public static PostgresqlServer make() {
        try {
            Path directory = Files.createTempDirectory("coxswain-postgresql-");
            PostgresqlServer server = new PostgresqlServer(programs(), directory, freePort());
            server.initialize();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path programs() throws IOException {
        try (Stream<Path> versions = Files.exists(Path.of("/usr/lib/postgresql"))
                ? Files.list(Path.of("/usr/lib/postgresql"))
                : Stream.empty()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
                    .max(Comparator.comparingInt(programs ->
                            Integer.parseInt(programs.getParent().getFileName().toString())))
                    .orElseThrow(() -> new AssertionError(
                            "these tests need a PostgreSQL server: apt-get install postgresql (./coxswain test does)"));
        }
    }

    private void initialize() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        if (isRoot()) {
            run(List.of("chown", "-R", "postgres:", directory.toString()));
        }
        run(asUnprivileged(
                "initdb",
                "--no-sync",
                "--no-locale",
                "-E",
                "UTF8",
                "-A",
                "scram-sha-256",
                "-U",
                OWNER,
                "--pwfile=" + password,
                "-D",
                data().toString()));
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Starts it, or starts it again, and waits until it takes connections. Settings as {@code name=value}. */
    public void start(String... settings) {
        List<String> command = asUnprivileged(
                "postgres",
                "-D",
                data().toString(),
                "-p",
                String.valueOf(port),
                "-k",
                directory.toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "max_connections=50",
                "-c",
                "shared_buffers=64MB");
        for (String setting : settings) {
            command.add("-c");
            command.add(setting);
        }
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("PostgreSQL, whose log is in " + directory)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    try (Connection connection = connect("postgres")) {
                        return connection.isValid(5);
                    }
                });
    }

    /** As a power cut takes it: nothing is flushed, nobody is told. */
    public void kill() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> all = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(one -> one.onExit().orTimeout(20, TimeUnit.SECONDS).join());
        }
    }

    /** Ends it as {@code pg_ctl stop -m fast} does. */
    public void stop() {
        try {
            if (process != null && process.isAlive()) {
                run(asUnprivileged("pg_ctl", "stop", "-m", "fast", "-D", data().toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty schema of the database {@code postgres}, by the owner. */
    public PostgresqlDatabase newSchema() {
        String schema = "s" + UUID.randomUUID().toString().replace('-', '_');
        execute("CREATE SCHEMA " + schema);
        return database(schema);
    }

    public PostgresqlDatabase database(String schema) {
        return new PostgresqlDatabase(url("postgres") + "?currentSchema=" + schema, OWNER, PASSWORD);
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public int port() {
        return port;
    }

    /** As the owner, each statement on a connection of its own. */
    public void execute(String statement) {
        try (Connection connection = connect("postgres");
                Statement jdbc = connection.createStatement()) {
            jdbc.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), OWNER, PASSWORD);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private List<String> asUnprivileged(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // Becomes the user itself, without a shell or a session between: signals and the end of the process are its
            // own.
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("coxswain-postgresql", ".out");
        try {
            Process running = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!running.waitFor(2, TimeUnit.MINUTES) || running.exitValue() != 0) {
                running.destroyForcibly();
                throw new AssertionError(command + ":\n" + Files.readString(output, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            Files.delete(output);
        }
    }

    private static int freePort() throws IOException {
        for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // another run of these tests has it
            }
        }
        throw new IOException("no port is free from " + FIRST_PORT + " to " + LAST_PORT);
    }
}
