package io.coxswain.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The packaged cluster, started once for all end-to-end tests with the launcher's own {@code up}, beside any cluster that
 * runs on this machine already, and purged when the tests' JVM ends. Needs root; the launcher installs what is missing.
 */
final class LocalCluster {
    static final Path PROJECT = Path.of("").toAbsolutePath();
    static final Path DATA = PROJECT.resolve("target/e2e-cluster");
    static final int PORT = 16443;

    private static boolean started;

    private LocalCluster() {}

    /** Makes sure that the cluster runs and its nodes are ready. */
    static synchronized void start() {
        if (!started) {
            started = true;
            Runtime.getRuntime().addShutdownHook(new Thread(LocalCluster::purge));
            coxswain("down", "--purge");
            up();
        }
    }

    /** {@code ./coxswain up}, which also mends a cluster whose server was killed. */
    static void up() {
        System.out.println(coxswain("up"));
    }

    private static void purge() {
        // A failed run keeps its logs: CI shows the server's last errors from there.
        Shell.run(Duration.ofMinutes(3), Map.of(), command("down", "--purge"));
    }

    /** Runs the launcher, which must succeed; returns what it printed. */
    static String coxswain(String... arguments) {
        return Shell.succeed(Duration.ofMinutes(10), Map.of(), command(arguments));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                PROJECT.resolve("coxswain").toString(), "--data", DATA.toString(), "--port", Integer.toString(PORT)));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs kubectl as the administrator; it must succeed. */
    static String kubectl(String... arguments) {
        return Shell.succeed(Duration.ofMinutes(3), environment(), kubectlCommand(arguments));
    }

    /** Runs kubectl as the administrator, whatever comes of it. */
    static Shell.Result tryKubectl(String... arguments) {
        return Shell.run(Duration.ofMinutes(3), environment(), kubectlCommand(arguments));
    }

    static List<String> kubectlCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(KubectlBinary.path().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Map<String, String> environment() {
        return Map.of(
                "KUBECONFIG", DATA.resolve("kubeconfig").toString(),
                "KUBECACHEDIR", DATA.resolve("kubectl-cache").toString());
    }

    /** Feeds a manifest to {@code kubectl apply}. */
    static String apply(String manifest) {
        try {
            Path file = Files.createTempFile(DATA, "manifest", ".yml");
            Files.writeString(file, manifest);
            return kubectl("apply", "-f", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One field of one object, as JSONPath gives it. */
    static String field(String jsonPath, String... object) {
        List<String> arguments = new ArrayList<>(List.of("get"));
        arguments.addAll(List.of(object));
        arguments.addAll(List.of("-o", "jsonpath=" + jsonPath));
        return kubectl(arguments.toArray(String[]::new));
    }

    /** Runs a command on a node: in its network namespace. */
    static Shell.Result onNode(String node, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + nodeProperty(node, "netns")));
        all.addAll(List.of(command));
        return Shell.run(Duration.ofSeconds(30), Map.of(), all);
    }

    static String nodeProperty(String node, String key) {
        Properties properties = new Properties();
        try (var reader =
                Files.newBufferedReader(DATA.resolve("nodes").resolve(node).resolve("node.properties"))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String value = properties.getProperty(key);
        assertThat(value).as(key + " of " + node).isNotNull();
        return value;
    }

    /** The pid of the server. */
    static long serverPid() {
        try {
            return Long.parseLong(
                    Files.readString(DATA.resolve("server.pid")).strip().split("\\s+")[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
