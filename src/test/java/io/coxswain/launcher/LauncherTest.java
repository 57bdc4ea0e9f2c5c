package io.coxswain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher answers before it touches the machine. */
class LauncherTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir
    Path scratch = Path.of("set by JUnit");

    private record Outcome(int status, String out, String err) {}

    static Stream<Path> scripts() throws IOException {
        try (Stream<Path> parts = Files.list(PROJECT.resolve("launcher"))) {
            return Stream.concat(
                    Stream.of(PROJECT.resolve("coxswain"), PROJECT.resolve(".ci/run")),
                    parts.filter(part -> part.toString().endsWith(".sh")))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyScriptIsWellFormed(Path script) {
        Outcome outcome = run(List.of("bash", "-n", script.toString()));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h", ""})
    void helpNamesEveryVerb(String word) {
        Outcome outcome = word.isEmpty() ? launcher() : launcher(word);
        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("up [--nodes N]", "down [--purge]", "status", "logs [-f]", "kubectl ...")
                .contains("node list", "node stop NAME", "node start NAME", "node add")
                .contains("image build DIR TAG", "image push TAG", "test", "--data DIR", "--port BASE");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    join                    | unknown verb 'join'
                    --frob                  | unknown option '--frob'
                    --port                  | --port needs a value
                    up --data               | --data needs a value
                    up --data=              | --data needs a value
                    --port abc status       | --port must be a number from 2467 to 61935, not 'abc'
                    status --port 2466      | --port must be a number from 2467 to 61935, not '2466'
                    status --port=61936     | --port must be a number from 2467 to 61935, not '61936'
                    up --nodes              | --nodes needs a number
                    up --nodes 0            | --nodes must be a number from 1 to 100, not '0'
                    up --nodes=101          | --nodes must be a number from 1 to 100, not '101'
                    up --nodes two          | --nodes must be a number from 1 to 100, not 'two'
                    up please               | 'up' does not take 'please'
                    up --database           | --database needs a value
                    up --database=          | --database needs a value
                    up --database mysql     | --database is h2 or postgresql, not 'mysql'
                    up --database postgresql | --database postgresql needs --database-url
                    up --database postgresql --database-url http://x | --database-url must look like jdbc:postgresql:
                    up --database-url jdbc:postgresql://x/y | --database-url, --database-user and --database-password-file go with
                    bench --frob            | 'bench' does not take '--frob'
                    bench --scale none      | --scale must be a number, not 'none'
                    bench --database mysql  | --database is h2 or postgresql, not 'mysql'
                    bench --rounds ten      | --rounds must be a number, not 'ten'
                    bench kill a1           | 'bench kill' does not take 'a1'
                    bench faults a1         | 'bench faults' does not take 'a1'
                    bench faults --minutes x | --minutes must be a number, not 'x'
                    bench all --kubeconfig f | 'bench all' measures servers of its own
                    down --force            | 'down' does not take '--force'
                    status all              | 'status' does not take 'all'
                    node                    | 'node' needs one of: list, stop NAME, start NAME, add
                    node explode            | unknown verb 'node explode'
                    node stop               | 'node stop' needs the name of a node
                    node start node-1 now   | 'node start' does not take 'now'
                    node list all           | 'node list' does not take 'all'
                    node add --simulated    | --simulated needs a number
                    node add --simulated 0  | --simulated must be a number from 1 to 5000, not '0'
                    node add --simulated=x  | --simulated must be a number from 1 to 5000, not 'x'
                    node add --simulated 2 --disk 1 | 'node add --simulated' does not take '--disk'
                    node add --simulated 2 --cpu | --cpu needs a value
                    node add --simulated 2 --label a | 'a' is no NAME=VALUE, which --label needs
                    node add --simulated 2 --zone a" | 'a"' cannot be the value of --zone
                    image                   | 'image' needs one of: build DIR TAG, push TAG
                    image sell x            | unknown verb 'image sell'
                    image build .           | 'image build' needs a directory and a tag
                    image push a b          | 'image push' needs a tag
                    """)
    void aWrongCommandLineIsNamedAndEndsWithTwo(String line, String complaint) {
        Outcome outcome = launcher(line.split(" "));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("coxswain: ")
                .contains(complaint)
                .endsWith("'./coxswain help' lists what there is.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "node list",
                "logs",
                "logs node node-1",
                "kubectl get pods --port 80",
                "kubectl version"
            })
    void aVerbThatNeedsAClusterSaysThatThereIsNone(String line) {
        Path data = scratch.resolve("none");
        List<String> words = new ArrayList<>(List.of("--data", data.toString()));
        words.addAll(List.of(line.split(" ")));
        Outcome outcome = launcher(words.toArray(String[]::new));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("coxswain: there is no cluster in " + data + ": './coxswain up' makes one.\n");
        assertThat(data).doesNotExist();
    }

    @Test
    void aDataDirectoryThatContainerdCannotUseIsRefused() {
        Outcome strange = launcher("--data", scratch + "/a,b", "status");
        assertThat(strange.status()).isEqualTo(1);
        assertThat(strange.err()).contains("a,b' has a character that containerd or overlayfs cannot take");

        Outcome longer = launcher("--data", "/tmp/" + "d".repeat(80), "status");
        assertThat(longer.status()).isEqualTo(1);
        assertThat(longer.err()).contains("of 85 characters, too long for the sockets in it (at most 70)");
    }

    @Test
    void aClusterRemembersItsPort() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("c"));
        Files.writeString(data.resolve("cluster.properties"), "port=7443\n");
        Outcome other = launcher("status", "--data", data.toString(), "--port", "8443");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("the cluster in " + data + " has --port 7443, not 8443");

        Outcome same = launcher("status", "--data", data.toString());
        assertThat(same.status()).as("nothing runs").isEqualTo(1);
        assertThat(same.out()).contains("Server    stopped").contains("Cluster   " + data);
    }

    @Test
    void aDirectoryWithSomebodysFilesIsNotTaken() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("mine"));
        Path file = Files.writeString(data.resolve("thesis.txt"), "years of work");
        Outcome outcome = sourced("choose_cluster '%s' 7443; check_data_directory".formatted(data));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("holds other things ('thesis.txt', for one) and no cluster");
        assertThat(file).hasContent("years of work");
    }

    @Test
    void withoutRootItSaysWhatToDoAndMakesNothing() {
        Path data = scratch.resolve("none");
        // As root, a user without privileges stands in for everybody else.
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "--user"));
        }
        command.addAll(List.of(PROJECT.resolve("coxswain").toString(), "--data", data.toString(), "up"));
        Outcome outcome = run(command);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("must run as root: try 'sudo ./coxswain up'");
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "6443, 9443, 5000, 10043, cox0, 172.30.0.1, 10.244.0.0/16",
        "7443, 10443, 6000, 11043, cox19, 172.30.19.1, 10.147.0.0/16",
        "6444, 9444, 5001, 10044, cox1, 172.30.1.1, 10.129.0.0/16",
        "6442, 9442, 4999, 10042, cox108, 172.30.108.1, 10.236.0.0/16",
    })
    void everythingFollowsFromThePort(
            int base, int console, int registry, int dns, String bridge, String gateway, String pods) {
        Outcome outcome =
                sourced("choose_cluster '%s' %d; echo $API_PORT $CONSOLE_PORT $REGISTRY_PORT $DNS_PORT $BRIDGE"
                                .formatted(scratch.resolve("n"), base)
                        + " $GATEWAY $POD_CIDR $(node_address node-12) $(namespace_of node-12)");
        assertThat(outcome.out())
                .isEqualTo("%d %d %d %d %s %s %s %s22 %s-node-12%n"
                        .formatted(
                                base,
                                console,
                                registry,
                                dns,
                                bridge,
                                gateway,
                                pods,
                                gateway.substring(0, gateway.length() - 1),
                                bridge));
    }

    @Test
    void theDatabaseIsRememberedAndItsPasswordIsKeptFromOthers() throws IOException {
        Path data = scratch.resolve("n");
        Path password = Files.writeString(scratch.resolve("given"), "a b\\c\nsecond line\n");
        Outcome first = sourced("choose_cluster '%s' 6443; mkdir -p $DATA; choose_database database=postgresql"
                        .formatted(data)
                + " database-url=jdbc:postgresql://db:5432/x?sslmode=require database-user=u database-password-file="
                + password + "; keep_database; stat -c %a $DATA/database-password; cat $DATA/database-password");
        assertThat(first.out()).isEqualTo("600%na b\\c%n".formatted());

        Outcome second =
                sourced("choose_cluster '%s' ''; choose_database; database_changed || echo same".formatted(data)
                        + "; database_properties; database_in_words $DATABASE $DATABASE_URL");
        assertThat(second.out())
                .isEqualTo("same%ncoxswain.database.type=postgresql%n".formatted()
                        + "coxswain.database.url=jdbc:postgresql://db:5432/x?sslmode=require%n".formatted()
                        + "coxswain.database.user=u%njdbc:postgresql://db:5432/x".formatted());
        assertThat(sourced("choose_cluster '%s' ''; choose_database database=h2; database_changed && echo changed"
                                .formatted(data))
                        .out())
                .startsWith("changed");
    }

    @ParameterizedTest
    @CsvSource({
        "app, app:latest",
        "appl-x:1.18, appl-x:1.18",
        "team/app:1, team/app:1",
        "docker.io/library/appl-x:1.18, library/appl-x:1.18",
        "localhost/app, app:latest",
        "registry.example:5000/team/app, team/app:latest",
    })
    void aTagBecomesANameInTheClustersRegistry(String tag, String path) {
        assertThat(sourced("check_tag '%s'; registry_path '%s'".formatted(tag, tag))
                        .out())
                .isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"App:1", "app:", "-app", "a b", "app:1:2:", "app@sha256", "$(id)", "../app:/"})
    void whatIsNoTagIsRefused(String tag) {
        Outcome outcome = sourced("check_tag '%s'".formatted(tag));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("'" + tag + "' is no image tag");
    }

    @Test
    void thePasswordIsMadeOnceAndIsForRootOnly() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("p"));
        String make = "choose_cluster '%s' ''; make_password".formatted(data);
        assertThat(sourced(make).status()).isZero();
        Path file = data.resolve("console-password");
        String first = Files.readString(file);
        assertThat(first).matches("[A-Za-z0-9]{24}\n");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThat(sourced(make).status()).isZero();
        assertThat(file).hasContent(first.strip());
    }

    @Test
    void aNodesConfigurationNamesItsOwnThings() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("k"));
        Outcome outcome = sourced(
                "choose_cluster '%s' 7443; mkdir -p \"$NODES\"; configure_node node-2; next_node".formatted(data));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("node-3");
        Path node = data.resolve("nodes/node-2");
        assertThat(Files.readAllLines(node.resolve("node.properties")))
                .containsExactly(
                        "name=node-2",
                        "address=172.30.19.12",
                        "netns=/run/netns/cox19-node-2",
                        "socket=" + node.resolve("containerd.sock"),
                        "root=" + node,
                        "cni-conf-dir=" + node.resolve("cni"),
                        "bridge-gateway=172.30.19.1",
                        "cgroup-parent=/coxswain-19-node-2");
        assertThat(node.resolve("containerd.toml"))
                .content()
                .contains("stream_server_address = \"172.30.19.12\"", "restrict_oom_score_adj = true");
        assertThat(node.resolve("certs.d/_default/hosts.toml"))
                .content()
                .contains("https://172.30.19.1:6000", data.resolve("pki/ca.crt").toString());
    }

    @Test
    void aSimulatedNodeIsAManifest() {
        Outcome outcome = sourced("parse_simulated 3 --cpu 8 --memory=32Gi --resource example.com/gpu=4 --zone a,b"
                + " --label team=x; simulated_manifest simulated-7 b");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("""
                        ---
                        apiVersion: v1
                        kind: Node
                        metadata:
                          name: simulated-7
                          labels:
                            simulated.coxswain.io/node: "true"
                            topology.kubernetes.io/zone: "b"
                            team: "x"
                          annotations:
                            simulated.coxswain.io/capacity: "cpu=8,memory=32Gi,example.com/gpu=4"
                        spec:
                          taints:
                          - {key: simulated.coxswain.io/node, value: "true", effect: NoSchedule}
                        """);
    }

    @Test
    void thePauseImageIsAnArchiveThatSaysWhatItIs() throws IOException {
        Path archive = scratch.resolve("pause.tar");
        Outcome outcome = sourced("build_pause_image '%s'; tar -xOf '%s' manifest.json".formatted(scratch, archive));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("\"RepoTags\":[\"docker.io/coxswain/pause:1\"]");
        byte[] once = Files.readAllBytes(archive);
        Files.delete(archive);
        assertThat(sourced("build_pause_image '%s'".formatted(scratch)).status())
                .isZero();
        assertThat(archive).as("the same bytes from the same busybox").hasBinaryContent(once);
    }

    @Test
    void aFailedRunNamesItsTestsOnceMore() throws IOException {
        Path log = Files.writeString(scratch.resolve("log"), """
                [INFO] Running io.coxswain.FooTest
                [ERROR] Tests run: 1, Failures: 1
                [ERROR] Failures:\u0020
                [ERROR]   FooTest.bar:12 expected 1
                [ERROR] Errors:\u0020
                [ERROR]   BazE2E.qux » Timeout
                [INFO]
                [ERROR] Tests run: 2, Failures: 1, Errors: 1, Skipped: 0
                """);
        Outcome outcome = sourced("source '%s/launcher/tests.sh'; failing_tests '%s'".formatted(PROJECT, log));
        assertThat(outcome.out())
                .isEqualTo("\nFailing tests:\n  BazE2E.qux » Timeout\n  FooTest.bar:12 expected 1\n\n");
    }

    private static Outcome launcher(String... words) {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve("coxswain").toString()));
        command.addAll(List.of(words));
        return run(command);
    }

    /** Runs one line of bash with the launcher's functions defined. */
    private static Outcome sourced(String line) {
        String head =
                "set -euo pipefail; PROJECT='%s'; cd \"$PROJECT\"; for part in common machine build server database network"
                        + " nodes simulated images cluster; do source launcher/$part.sh; done; ";
        return run(List.of("bash", "-c", head.formatted(PROJECT) + line));
    }

    private static Outcome run(List<String> command) {
        try {
            Path out = Files.createTempFile("launcher", ".out");
            Path err = Files.createTempFile("launcher", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("%s ends", command).isTrue();
            Outcome outcome = new Outcome(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
            Files.delete(out);
            Files.delete(err);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }
}
