package io.coxswain.node;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A containerd of its own for tests: root, state and socket below {@code target/node-it}, in a network namespace of its
 * own that a bridge joins to this one. Needs root. {@link #close} removes all of it.
 */
public final class Containerd implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path BASE = Path.of("target/node-it").toAbsolutePath();
    private static final String BRIDGE = "coxn";
    private static final String GATEWAY = "172.31.7.1";

    private final String namespace;
    private final int number;
    private final Path root;
    private Process process;

    /** Makes and starts number {@code number} (1 to 9). */
    public Containerd(int number) throws IOException, InterruptedException {
        this.number = number;
        this.namespace = BRIDGE + "-" + number;
        this.root = BASE.resolve("n" + number);
        clean();
        Files.createDirectories(root.resolve("cni"));
        images();
        network();
        configuration();
        process = start();
        await();
        importImages();
    }

    public Path root() {
        return root;
    }

    public Path socket() {
        return root.resolve("containerd.sock");
    }

    public String address() {
        return "172.31.7.1" + number;
    }

    public String netns() {
        return "/run/netns/" + namespace;
    }

    public String podCidr() {
        return "10.231." + number + ".0/24";
    }

    /** SIGKILL: the containers go on. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    public void startAgain() throws IOException, InterruptedException {
        process = start();
        await();
    }

    /** Runs {@code ctr} in CRI's namespace of containerd. */
    public String ctr(String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of("ctr", "-a", socket().toString(), "-n", "k8s.io"));
        command.addAll(List.of(arguments));
        return HostCommands.run(command, "", LIMIT);
    }

    private static String sh(String script) throws IOException {
        return HostCommands.run(List.of("bash", "-euc", script), "", LIMIT);
    }

    private static void images() throws IOException {
        Path images = BASE.resolve("images");
        Path done = images.resolve("busybox.tar");
        if (Files.exists(done)) {
            return;
        }
        Files.createDirectories(images);
        Path source;
        try {
            source = Path.of(requireNonNull(Containerd.class.getResource("/node-it/pause.c"))
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IOException(e);
        }
        sh("""
                cd %s
                gcc -static -O1 -o pause %s
                cp /bin/busybox busybox
                printf '{"default":[{"type":"insecureAcceptAnything"}]}' > policy.json
                printf 'FROM scratch\\nCOPY pause /pause\\nENTRYPOINT ["/pause"]\\n' > pause.df
                printf 'FROM scratch\\nCOPY busybox /bin/busybox\\nCOPY busybox /bin/sh\\nENV PATH=/bin\\nWORKDIR /\\nCMD ["sh"]\\n' > busybox.df
                b() { buildah --root $PWD/b --runroot $PWD/r --storage-driver vfs "$@"; }
                for i in pause busybox; do
                  b bud --signature-policy policy.json --isolation chroot -t docker.io/coxswain/$i:1 -f $i.df . >/dev/null
                  b push --signature-policy policy.json docker.io/coxswain/$i:1 docker-archive:$PWD/$i.tmp:docker.io/coxswain/$i:1 >/dev/null
                  mv $i.tmp $i.tar
                done
                rm -rf b r
                """.formatted(images, source));
    }

    private void importImages() throws IOException {
        for (String each : List.of("pause", "busybox")) {
            ctr(
                    "images",
                    "import",
                    BASE.resolve("images").resolve(each + ".tar").toString());
        }
    }

    private void network() throws IOException {
        sh("""
                ip link show %1$s >/dev/null 2>&1 || { ip link add %1$s type bridge; ip addr add %2$s/24 dev %1$s; ip link set %1$s up; }
                ip netns add %3$s
                ip -n %3$s link set lo up
                ip link add %3$s type veth peer name eth0 netns %3$s
                ip link set %3$s master %1$s up
                ip -n %3$s addr add %4$s/24 dev eth0
                ip -n %3$s link set eth0 up
                ip -n %3$s route add default via %2$s
                nsenter --net=/run/netns/%3$s sysctl -qw net.ipv4.ip_forward=1
                ip route replace %5$s via %4$s
                """.formatted(BRIDGE, GATEWAY, namespace, address(), podCidr()));
    }

    private void configuration() throws IOException {
        String text = """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                disabled_plugins = ["io.containerd.snapshotter.v1.btrfs","io.containerd.snapshotter.v1.zfs","io.containerd.snapshotter.v1.aufs","io.containerd.snapshotter.v1.devmapper","io.containerd.internal.v1.opt","io.containerd.tracing.processor.v1.otlp","io.containerd.internal.v1.tracing"]
                [grpc]
                  address = "%1$s/containerd.sock"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "docker.io/coxswain/pause:1"
                  restrict_oom_score_adj = true
                  disable_apparmor = true
                  netns_mounts_under_state_dir = true
                  stream_server_address = "%2$s"
                  stream_server_port = "0"
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "overlayfs"
                    default_runtime_name = "runc"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"
                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        BinaryName = "/usr/sbin/runc"
                        SystemdCgroup = false
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "/usr/lib/cni"
                    conf_dir = "%1$s/cni"
                """.formatted(root, address());
        Files.writeString(root.resolve("containerd.toml"), text, StandardCharsets.UTF_8);
    }

    /** The network configuration that an agent would write, for tests without one. */
    public void writeCni() throws IOException {
        String text = """
                { "cniVersion": "0.4.0", "name": "coxswain", "plugins": [
                  { "type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "ipMasq": false, "hairpinMode": true,
                    "ipam": { "type": "host-local", "dataDir": "%s/cni-data", "ranges": [[{ "subnet": "%s" }]] } },
                  { "type": "portmap", "capabilities": { "portMappings": true }, "snat": true } ] }
                """.formatted(root, podCidr());
        Files.writeString(root.resolve("cni/10-coxswain.conflist"), text, StandardCharsets.UTF_8);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        "nsenter",
                        "--net=" + netns(),
                        "containerd",
                        "-c",
                        root.resolve("containerd.toml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        root.resolve("containerd.log").toFile()))
                .start();
    }

    private void await() throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            try {
                ctr("version");
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException("containerd ended; see " + root.resolve("containerd.log"), e);
                }
                Thread.onSpinWait();
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("containerd does not answer; see " + root.resolve("containerd.log"));
    }

    /** Ends what a former run left, by the processes that have our directory on their command line. */
    private void clean() throws IOException {
        sh("""
                for p in /proc/[0-9]*; do
                  if tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q -- '%1$s/'; then
                    case $(readlink $p/exe) in
                      */containerd|*/containerd-shim*) kill -9 ${p#/proc/} || true;;
                    esac
                  fi
                done
                for ns in $(ip netns pids %2$s 2>/dev/null || true); do kill -9 $ns || true; done
                for i in 1 2 3; do
                  awk '$2 ~ "^%1$s/" {print $2}' /proc/mounts | sort -r | while read m; do umount -l "$m" || true; done
                done
                for c in /sys/fs/cgroup/*/coxswain-it-%4$d /sys/fs/cgroup/coxswain-it-%4$d; do
                  if test -d $c; then find $c -depth -type d -exec rmdir {} + || true; fi
                done
                ip route del %3$s 2>/dev/null || true
                ip netns del %2$s 2>/dev/null || true
                ip link del %2$s 2>/dev/null || true
                for i in 1 2 3 4 5; do rm -rf %1$s && break; sleep 0.3; done
                """.formatted(root, namespace, podCidr(), number));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        // Containers' processes are children of the shims; the shims have our socket on their command line.
        sh("for s in $(%s); do kill -9 $s 2>/dev/null || true; done".formatted(pids()));
        clean();
        sh("test -n \"$(ls /sys/class/net/%1$s/brif 2>/dev/null)\" || ip link del %1$s".formatted(BRIDGE));
    }

    private String pids() {
        return "cat /sys/fs/cgroup/pids/coxswain-it-%d/*/*/cgroup.procs 2>/dev/null".formatted(number);
    }
}
