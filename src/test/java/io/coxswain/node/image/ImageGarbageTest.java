package io.coxswain.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.FakeClock;
import io.coxswain.node.FakeRuntime;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.ContainerMetadata;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.ImageSpec;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.image.ImageGarbage.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageGarbageTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeClock clock = new FakeClock();
    private final List<String> events = new ArrayList<>();
    private Space space = new Space(1000, 500);
    private final ImageGarbage garbage =
            new ImageGarbage(runtime, () -> space, (reason, message) -> events.add(reason + ": " + message), clock);

    @BeforeEach
    void images() {
        image("old", 30, "app:1");
        image("used", 30, "app:2");
        image("pause", 30, "docker.io/coxswain/pause:1");
        runtime.createContainer("s", container("used"), PodSandboxConfig.getDefaultInstance());
    }

    @Test
    void leavesImagesAloneWhileThereIsRoom() {
        space = new Space(1000, 160);
        rounds(2);
        assertThat(runtime.imageList).hasSize(3);
        assertThat(events).isEmpty();
    }

    @Test
    void freesDownToTheLowMarkLongestUnusedFirst() {
        String last = runtime.createContainer("s", container("late"), PodSandboxConfig.getDefaultInstance());
        image("late", 30, "app:3");
        rounds(1);
        runtime.removeContainer(last);
        space = new Space(1000, 150);
        rounds(1);
        // 50 bytes are wanted: "old" was never used, "late" until a moment ago.
        assertThat(removed()).containsExactly("old", "late");
        assertThat(events).isEmpty();
    }

    @Test
    void stopsWhenEnoughIsFree() {
        rounds(1);
        image("newer", 100, "app:4");
        clock.advance(FIVE_MINUTES);
        space = new Space(1000, 175);
        rounds(1);
        space = new Space(1000, 150);
        image("newest", 100, "app:5");
        runtime.imageList.removeIf(i -> i.getId().equals("old"));
        rounds(1);
        assertThat(removed()).containsExactly("newer");
    }

    @Test
    void neverRemovesWhatIsUsedOrYoungAndSaysThatItIsNotEnough() {
        space = new Space(1000, 0);
        rounds(1);
        assertThat(removed()).isEmpty();
        assertThat(events)
                .containsExactly(
                        "FreeDiskSpaceFailed: Failed to garbage collect required amount of images. Attempted to"
                                + " free 200 bytes, but only found 0 bytes eligible to free.");
        rounds(1);
        assertThat(removed()).containsExactly("old");
        assertThat(runtime.imageList).extracting(Image::getId).containsExactly("used", "pause");
        assertThat(events).hasSize(3);
        assertThat(events.get(2))
                .startsWith("ImageGCFailed: Failed to garbage collect required amount of images. Attempted to free 200"
                        + " bytes, but only found 30 bytes");
    }

    @Test
    void saysThatTheDiskHasNoSize() {
        space = new Space(0, 0);
        rounds(1);
        assertThat(events).containsExactly("InvalidDiskCapacity: invalid capacity 0 on image filesystem");
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            garbage.run();
            clock.advance(FIVE_MINUTES);
        }
    }

    private List<String> removed() {
        return runtime.calls.stream()
                .filter(c -> c.startsWith("removeImage "))
                .map(c -> c.substring("removeImage ".length()))
                .toList();
    }

    private void image(String id, long size, String tag) {
        runtime.imageList.add(
                Image.newBuilder().setId(id).setSize(size).addRepoTags(tag).build());
    }

    private static ContainerConfig container(String image) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(image))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .build();
    }
}
