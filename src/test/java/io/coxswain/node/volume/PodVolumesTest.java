package io.coxswain.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.node.FakeClock;
import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.TestPods;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodVolumesTest {

    @TempDir
    Path dir;

    private final FakeNodeApi api = new FakeNodeApi();
    private final FakeClock clock = new FakeClock();
    private final Set<String> mounted = new TreeSet<>();
    private PodVolumes volumes;

    @BeforeEach
    void make() throws IOException {
        HostMounts mounts = new HostMounts() {
            @Override
            public void tmpfs(Path target, long size) {
                mounted.add(target.getFileName() + "=" + size);
            }

            @Override
            public void unmount(Path target) {
                mounted.removeIf(m -> m.startsWith(target.getFileName() + "="));
            }

            @Override
            public boolean mounted(Path target) {
                return mounted.stream().anyMatch(m -> m.startsWith(target.getFileName() + "="));
            }
        };
        volumes = new PodVolumes(
                dir.resolve("pods"),
                dir.resolve("memory"),
                api,
                clock,
                mounts,
                new LocalPaths(dir.resolve("local-path"), "node-1", api));
        volumes.open();
    }

    private Path setUp(VolumeBuilder volume) {
        Pod pod = TestPods.pod(s -> s.addToContainers(TestPods.container("c"))
                .addToVolumes(volume.withName("v").build()));
        var mounts = volumes.setUp(pod, new PodFacts(List.of("1.1.1.1"), List.of(), Map.of()), Map.of());
        return mounts.values().iterator().next().path();
    }

    private void configMap(String... pairs) {
        ConfigMapBuilder builder = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("cm")
                .withNamespace("default")
                .endMetadata();
        for (int i = 0; i < pairs.length; i += 2) {
            builder.addToData(pairs[i], pairs[i + 1]);
        }
        api.configMaps.put("default/cm", builder.build());
    }

    @Test
    void keepsAnEmptyDirUntilThePodIsGone() throws IOException {
        VolumeBuilder volume = new VolumeBuilder().withNewEmptyDir().endEmptyDir();
        Path path = setUp(volume);
        Files.writeString(path.resolve("x"), "data");
        assertThat(setUp(volume).resolve("x")).hasContent("data");
        assertThat((Integer) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(0777);
        volumes.remove("u1");
        assertThat(dir.resolve("pods/u1")).doesNotExist();
    }

    @Test
    void mountsAMemoryDirOfItsSize() throws IOException {
        setUp(new VolumeBuilder()
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(new io.fabric8.kubernetes.api.model.Quantity("1Mi"))
                .endEmptyDir());
        assertThat(mounted).contains("v=1048576");
        volumes.tearDown("u1");
        assertThat(mounted).doesNotContain("v=1048576");
    }

    @Test
    void showsChangesOfAConfigMap() {
        configMap("a", "1");
        VolumeBuilder volume =
                new VolumeBuilder().withNewConfigMap().withName("cm").endConfigMap();
        Path path = setUp(volume);
        assertThat(path.resolve("a")).hasContent("1");
        configMap("a", "2", "b", "3");
        setUp(volume);
        assertThat(path.resolve("a")).hasContent("2");
        assertThat(path.resolve("b")).hasContent("3");
    }

    @Test
    void choosesItemsAndModes() throws IOException {
        configMap("a", "1", "b", "2");
        Path path = setUp(new VolumeBuilder()
                .withNewConfigMap()
                .withName("cm")
                .addNewItem()
                .withKey("a")
                .withMode(0400)
                .withPath("deep/er")
                .endItem()
                .endConfigMap());
        assertThat(path.resolve("deep/er")).hasContent("1");
        assertThat(path.resolve("b")).doesNotExist();
        assertThat((Integer) Files.getAttribute(path.resolve("deep/er"), "unix:mode") & 0777)
                .isEqualTo(0400);
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> setUp(
                        new VolumeBuilder().withNewConfigMap().withName("cm").endConfigMap()))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : configmap \"cm\" not found");
        configMap("a", "1");
        assertThatThrownBy(() -> setUp(new VolumeBuilder()
                        .withNewConfigMap()
                        .withName("cm")
                        .addNewItem()
                        .withKey("zz")
                        .withPath("p")
                        .endItem()
                        .endConfigMap()))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : references non-existent config key: zz");
        assertThatThrownBy(() -> setUp(
                        new VolumeBuilder().withNewSecret().withSecretName("s").endSecret()))
                .hasMessageContaining("secret \"s\" not found");
    }

    @Test
    void toleratesOptionalSources() {
        Path path = setUp(new VolumeBuilder()
                .withNewConfigMap()
                .withName("cm")
                .withOptional(true)
                .endConfigMap());
        assertThat(path.resolve("..data")).isEmptyDirectory();
    }

    @Test
    void asksForTokensAgainAfterFourFifthsOfTheirLife() {
        VolumeBuilder volume = new VolumeBuilder()
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken()
                .withPath("token")
                .endServiceAccountToken()
                .endSource()
                .endProjected();
        // The fake API issues by the real clock; ours follows it here.
        clock.advance(Duration.between(clock.instant(), java.time.Instant.now()));
        Path path = setUp(volume);
        assertThat(path.startsWith(dir.resolve("memory"))).isTrue();
        assertThat(path.resolve("token")).hasContent("token-1-");
        clock.advance(Duration.ofMinutes(40));
        setUp(volume);
        assertThat(path.resolve("token")).hasContent("token-1-");
        clock.advance(Duration.ofMinutes(9));
        setUp(volume);
        assertThat(path.resolve("token")).hasContent("token-2-");
        api.outage = java.util.Optional.of(new IllegalStateException("down"));
        clock.advance(Duration.ofMinutes(1));
        setUp(volume);
        assertThat(path.resolve("token")).hasContent("token-2-");
    }

    @Test
    void checksTypesOfHostPaths() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "x");
        assertThat(setUp(hostPath(dir.resolve("new"), "DirectoryOrCreate"))).isDirectory();
        assertThat(setUp(hostPath(file, "File"))).isEqualTo(file);
        assertThatThrownBy(() -> setUp(hostPath(file, "Directory")))
                .hasMessageContaining("hostPath type check failed: " + file + " is not a directory");
        assertThatThrownBy(() -> setUp(hostPath(dir.resolve("no"), "File"))).hasMessageContaining("is not a file");
        assertThatThrownBy(() -> setUp(hostPath(file, "Socket"))).hasMessageContaining("is not a socket file");
        assertThatThrownBy(() -> setUp(hostPath(Path.of("/tmp/../etc"), ""))).hasMessageContaining("without '..'");
        assertThat(setUp(hostPath(Path.of("/dev/null"), "CharDevice"))).hasToString("/dev/null");
    }

    private static VolumeBuilder hostPath(Path path, String type) {
        return new VolumeBuilder().withNewHostPath(path.toString(), type);
    }

    @Test
    void refusesOtherTypesByName() {
        assertThatThrownBy(() ->
                        setUp(new VolumeBuilder().withNewNfs().withServer("c").endNfs()))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("volume type nfs is not supported");
    }

    @Test
    void saysWhichEmptyDirHoldsMoreThanItsLimit() throws IOException {
        VolumeBuilder volume = new VolumeBuilder()
                .withNewEmptyDir()
                .withSizeLimit(new io.fabric8.kubernetes.api.model.Quantity("1Ki"))
                .endEmptyDir();
        Path path = setUp(volume);
        Pod pod = TestPods.pod(s -> s.addToContainers(TestPods.container("c"))
                .addToVolumes(volume.withName("v").build()));
        Files.createDirectory(path.resolve("sub"));
        Files.write(path.resolve("sub/a"), new byte[1024]);
        assertThat(volumes.overLimit(pod)).isEmpty();
        Files.write(path.resolve("b"), new byte[1]);
        assertThat(volumes.overLimit(pod)).hasValue("Usage of EmptyDir volume \"v\" exceeds the limit \"1Ki\". ");
    }
}
