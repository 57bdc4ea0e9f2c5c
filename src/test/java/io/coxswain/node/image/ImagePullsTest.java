package io.coxswain.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.FakeClock;
import io.coxswain.node.FakeRuntime;
import io.coxswain.node.cri.ContainerRuntime.RegistryCredentials;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImagePullsTest {

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeClock clock = new FakeClock();
    private final List<Runnable> background = new ArrayList<>();
    private final ImagePulls pulls = new ImagePulls(runtime, background::add, clock);
    private final List<String> events = new ArrayList<>();
    private int done;

    private ImagePulls.Outcome ensure(String image, String policy, RegistryCredentials... credentials) {
        return pulls.ensure(
                new ImagePulls.Request(
                        "u1/c", image, policy, List.of(credentials), PodSandboxConfig.getDefaultInstance()),
                new ImagePulls.Listener() {
                    @Override
                    public void event(String type, String reason, String message) {
                        events.add(type + " " + reason + " " + message);
                    }

                    @Override
                    public void done() {
                        done++;
                    }
                });
    }

    private void runBackground() {
        List.copyOf(background).forEach(Runnable::run);
        background.clear();
    }

    @Test
    void usesAnImageThatIsThere() {
        runtime.images.add("x:1");
        assertThat(ensure("x:1", "")).isInstanceOf(ImagePulls.Present.class);
        assertThat(events).containsExactly("Normal Pulled Container image \"x:1\" already present on machine");
    }

    @Test
    void pullsOnceThenUsesTheImage() {
        assertThat(ensure("x:1", "IfNotPresent")).isInstanceOf(ImagePulls.Pulling.class);
        assertThat(ensure("x:1", "IfNotPresent")).isInstanceOf(ImagePulls.Pulling.class);
        assertThat(background).hasSize(1);
        runBackground();
        assertThat(done).isEqualTo(1);
        assertThat(ensure("x:1", "IfNotPresent")).isInstanceOf(ImagePulls.Present.class);
        assertThat(events)
                .containsExactly(
                        "Normal Pulling Pulling image \"x:1\"",
                        "Normal Pulled Successfully pulled image \"x:1\" in 0ms (0ms including waiting). Image size: 42 bytes.");
    }

    @Test
    void pullsAnewForEachStartIfThePolicyIsAlways() {
        runtime.images.add("x");
        for (int i = 0; i < 2; i++) {
            assertThat(ensure("x", "")).isInstanceOf(ImagePulls.Pulling.class);
            runBackground();
            assertThat(ensure("x", "")).isInstanceOf(ImagePulls.Present.class);
        }
    }

    @Test
    void backsOffAfterAFailure() {
        runtime.pullFailure = Optional.of(new CriException(CriException.Kind.NOT_FOUND, "x:1: not found"));
        ensure("x:1", "IfNotPresent");
        runBackground();
        String error = "failed to pull image \"x:1\": rpc error: code = NotFound desc = x:1: not found";
        assertThat(ensure("x:1", "IfNotPresent"))
                .isEqualTo(new ImagePulls.Waiting("ErrImagePull", error, Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        assertThat(ensure("x:1", "IfNotPresent"))
                .isEqualTo(new ImagePulls.Waiting(
                        "ImagePullBackOff",
                        "Back-off pulling image \"x:1\": ErrImagePull: " + error,
                        Duration.ofSeconds(9)));
        assertThat(events)
                .contains("Normal BackOff Back-off pulling image \"x:1\"", "Warning Failed Error: ErrImagePull");
        clock.advance(Duration.ofSeconds(9));
        runtime.pullFailure = Optional.empty();
        assertThat(ensure("x:1", "IfNotPresent")).isInstanceOf(ImagePulls.Pulling.class);
        runBackground();
        assertThat(ensure("x:1", "IfNotPresent")).isInstanceOf(ImagePulls.Present.class);
    }

    @Test
    void neverPullsIfToldSo() {
        assertThat(ensure("x:1", "Never"))
                .satisfies(o -> assertThat(((ImagePulls.Waiting) o).reason()).isEqualTo("ErrImageNeverPull"));
        assertThat(background).isEmpty();
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThat(ensure("UP/x", ""))
                .satisfies(o -> assertThat(((ImagePulls.Waiting) o).message())
                        .isEqualTo("Failed to apply default image tag \"UP/x\": couldn't parse image name \"UP/x\":"
                                + " invalid reference format"));
    }

    @Test
    void usesCredentials() {
        ensure("x:1", "Always", new RegistryCredentials("me", "pw", "", "", ""));
        runBackground();
        assertThat(runtime.calls).contains("pullImage me");
    }
}
