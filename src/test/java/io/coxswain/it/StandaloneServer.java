package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server process of a test's own, beside the one that Arquillian runs: it can be killed. Control plane only, as packaged,
 * on a PostgreSQL database that it may share with others.
 */
final class StandaloneServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);

    private final TestServer server;
    private @Nullable Process process;

    private StandaloneServer(TestServer server) {
        this.server = server;
    }

    /** Makes the server's directory; it does not run yet. */
    static StandaloneServer onPostgresql(String directory, String url, String user, String password) {
        TestServer server = TestServer.make(
                directory,
                "coxswain.database.type=postgresql\ncoxswain.database.url=" + url + "\ncoxswain.database.user=" + user
                        + "\n");
        try {
            Path target = server.directory();
            Files.copy(
                    Path.of("src/main/liberty/config/application.xml").toAbsolutePath(),
                    target.resolve("application.xml"));
            Files.copy(
                    TestServer.WAR,
                    Files.createDirectories(target.resolve("apps")).resolve("coxswain.war"));
            Files.delete(target.resolve("database.xml"));
            Files.copy(target.resolve("database-postgresql.xml"), target.resolve("database.xml"));
            Files.delete(target.resolve("configDropins/overrides/arquillian.xml"));
            Files.writeString(target.resolve("variables/coxswain.database.password"), password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new StandaloneServer(server);
    }

    /** Takes over another server's keys, as every server of one cluster must have the same. */
    StandaloneServer withKeysOf(StandaloneServer other) {
        try {
            Path keys = server.data().resolve("pki");
            TestServer.delete(keys);
            TestServer.copy(other.server.data().resolve("pki"), keys);
            String kubeconfig = Files.readString(other.server.data().resolve("kubeconfig"));
            Files.writeString(
                    server.data().resolve("kubeconfig"),
                    kubeconfig.replace(":" + other.server.apiPort(), ":" + server.apiPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Starts it and waits until it is ready. */
    void start() {
        File log = server.data().resolve("console.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                        server.runtime().resolve("bin/server").toString(), "run", server.name())
                .directory(server.directory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("WLP_USER_DIR", server.userDirectory().toString());
        builder.environment().keySet().removeAll(List.of("WLP_OUTPUT_DIR", "LOG_DIR", "JVM_ARGS"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process started = process;
        try (KubernetesClient client = client()) {
            await(server.name() + ", whose log is " + log)
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(() -> {
                        assertThat(started.isAlive()).isTrue();
                        return "ok".equals(client.raw("/readyz"));
                    });
        }
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        end(true);
    }

    /** Asks it to end, and waits. */
    void stop() {
        end(false);
    }

    private void end(boolean forcibly) {
        Process running = process;
        if (running == null) {
            return;
        }
        // bin/server becomes the JVM; whatever it left beside it goes as well.
        List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle()))
                .toList();
        all.forEach(one -> {
            if (forcibly) {
                one.destroyForcibly();
            } else {
                one.destroy();
            }
        });
        all.forEach(one -> one.onExit().orTimeout(90, TimeUnit.SECONDS).join());
        process = null;
    }

    /** The cluster's administrator, at this server. */
    KubernetesClient client() {
        try {
            Config config = Config.fromKubeconfig(Files.readString(server.data().resolve("kubeconfig")));
            return new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(config)
                            .withRequestRetryBackoffLimit(0)
                            .withNamespace("default")
                            .build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String messages() {
        return server.messages();
    }

    @Override
    public void close() {
        kill();
    }
}
