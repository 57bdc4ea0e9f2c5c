package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server directory under {@code target/} made as the launcher makes one: the project's own configuration, keys, JDBC
 * driver. It differs in three things: no application of its own (the tests deploy it), no node role, and free ports.
 *
 * @param name the server's name, which no other server of this machine has
 * @param data its data directory
 */
public record TestServer(String name, Path data, int apiPort, int consolePort, int registryPort, int dnsPort) {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    static final Path WAR = PROJECT.resolve("target/coxswain.war");
    static final String USER = "admin";
    static final String PASSWORD = "correct horse: battery";

    private static final int FIRST_PORT = 17443;
    private static final int LAST_PORT = 17642;
    private static final List<TestServer> CURRENT = new ArrayList<>();

    /** The server that runs. */
    public static TestServer get() {
        synchronized (CURRENT) {
            assertThat(CURRENT)
                    .as("the test class lacks @ExtendWith(ArquillianExtension.class)")
                    .hasSize(1);
            return CURRENT.get(0);
        }
    }

    /** Makes the directory of the server that all tests share. */
    static TestServer prepare() {
        TestServer server = make("it", "");
        synchronized (CURRENT) {
            CURRENT.clear();
            CURRENT.add(server);
        }
        return server;
    }

    /** Makes a server directory with more lines in its {@code bootstrap.properties}. */
    static TestServer make(String directory, String settings) {
        assertThat(WAR).as("'mvn package' makes it").exists();
        List<Integer> ports = freePorts(4);
        Path data = PROJECT.resolve("target").resolve(directory);
        // A server that is still stopping has let go of its ports already.
        TestServer server = new TestServer(
                "coxswain-" + directory + "-" + ports.get(0) + "-"
                        + ProcessHandle.current().pid(),
                data,
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3));
        try {
            server.fill(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server;
    }

    Path userDirectory() {
        return data.resolve("liberty");
    }

    Path directory() {
        return userDirectory().resolve("servers").resolve(name);
    }

    /** Liberty, unpacked once for this project by the launcher's own function. */
    Path runtime() {
        try {
            Matcher version = Pattern.compile("<liberty\\.version>(.*)</liberty\\.version>")
                    .matcher(Files.readString(PROJECT.resolve("pom.xml")));
            assertThat(version.find()).as("pom.xml names liberty.version").isTrue();
            Path runtime = PROJECT.resolve(".coxswain/runtime/wlp-" + version.group(1));
            if (!Files.isExecutable(runtime.resolve("bin/server"))) {
                run(
                        Duration.ofMinutes(5),
                        "bash",
                        "-euo",
                        "pipefail",
                        "-c",
                        "PROJECT=$1; for part in common machine build; do source \"$PROJECT/launcher/$part.sh\"; done;"
                                + " unpack_runtime",
                        "unpack",
                        PROJECT.toString());
            }
            return runtime;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the server logged. */
    String messages() {
        try {
            Path log = directory().resolve("logs/messages.log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        ApiConnection anonymous = ApiConnection.anonymous();
        await("/readyz")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> anonymous.get("/readyz").status() == 200);
    }

    private void fill(String settings) throws IOException {
        if (Files.exists(data)) {
            delete(data);
        }
        Files.createDirectories(directory().resolve("variables"));
        Files.createDirectories(userDirectory().resolve("shared/resources"));
        copy(PROJECT.resolve("src/main/liberty/config"), directory());
        Files.delete(directory().resolve("application.xml"));
        copy(PROJECT.resolve("target/jdbc"), userDirectory().resolve("shared/resources/jdbc"));
        Path overrides = Files.createDirectories(directory().resolve("configDropins/overrides"));
        Files.writeString(overrides.resolve("arquillian.xml"), """
                <server>
                    <!-- By which Arquillian sees what runs. -->
                    <featureManager><feature>localConnector-1.0</feature></featureManager>
                    <applicationMonitor updateTrigger="polled" pollingRate="200ms" dropinsEnabled="true"/>
                </server>
                """);
        Files.writeString(directory().resolve("bootstrap.properties"), """
                coxswain.data-dir=%s
                coxswain.roles=control-plane
                coxswain.api.port=%d
                coxswain.api.advertise-address=127.0.0.1
                coxswain.console.port=%d
                coxswain.console.user=%s
                coxswain.registry.port=%d
                coxswain.dns.port=%d
                %s
                """.formatted(
                        data, apiPort, consolePort, USER, registryPort, dnsPort, settings));
        Files.writeString(directory().resolve("variables/coxswain.console.password"), PASSWORD);
        Path web = data.resolve("war");
        unpackClasses(web);
        run(
                Duration.ofMinutes(2),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                web.resolve("WEB-INF/classes") + ":" + web.resolve("WEB-INF/lib") + "/*",
                "io.coxswain.bootstrap.pki.PkiCommand",
                directory().resolve("bootstrap.properties").toString());
        delete(web);
    }

    /** The WAR's classes, from the WAR: what makes the keys is what is tested. */
    private static void unpackClasses(Path target) throws IOException {
        Files.createDirectories(target);
        run(
                Duration.ofMinutes(1),
                "bash",
                "-c",
                "cd \"$1\" && \"$2/bin/jar\" xf \"$3\" WEB-INF/classes WEB-INF/lib",
                "unpack",
                target.toString(),
                System.getProperty("java.home"),
                WAR.toString());
    }

    static void run(Duration limit, String... command) {
        try {
            Path output = Files.createTempFile("coxswain-it", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly();
                }
                assertThat(ended && process.exitValue() == 0)
                        .as(Arrays.toString(command) + "\n" + Files.readString(output, StandardCharsets.UTF_8))
                        .isTrue();
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<Integer> freePorts(int count) {
        List<Integer> free = new ArrayList<>();
        // Runs in other clones begin elsewhere: what they are about to listen on looks free.
        int ports = LAST_PORT - FIRST_PORT + 1;
        int begin = (int) (ProcessHandle.current().pid() * 16 % ports);
        for (int i = 0; i < ports && free.size() < count; i++) {
            int port = FIRST_PORT + (begin + i) % ports;
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
                free.add(probe.getLocalPort());
            } catch (IOException taken) {
                // another run of these tests has it
            }
        }
        assertThat(free).as("free ports from %d to %d", FIRST_PORT, LAST_PORT).hasSize(count);
        return free;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    static void delete(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, java.io.IOException failed) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
