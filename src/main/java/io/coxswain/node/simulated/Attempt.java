package io.coxswain.node.simulated;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.v1.ContainerMetadata;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of one container that nobody runs. Used by its pod only. */
final class Attempt {
    private final String id;
    private final String container;
    private final String image;
    private final int restarts;
    private final Instant started;
    /** Of the container as it was when this began; empty if that is not known any more. */
    private final String hash;

    private Instant killed = Instant.MAX;
    private int killedCode;
    private @Nullable Instant finished;
    private int code;
    private String reason = "";
    private String message = "";

    private Attempt(String id, String container, String image, int restarts, Instant started, String hash) {
        this.id = id;
        this.container = container;
        this.image = image;
        this.restarts = restarts;
        this.started = started;
        this.hash = hash;
    }

    static Attempt begin(String pod, Container container, int restarts, Instant now) {
        return new Attempt(
                "simulated://" + pod + "/" + container.getName() + "/" + restarts,
                container.getName(),
                Objects.requireNonNullElse(container.getImage(), ""),
                restarts,
                now,
                Pods.hash(container));
    }

    /** As another server reported it. */
    static Attempt running(String id, String container, String image, int restarts, Instant started) {
        return new Attempt(id, container, image, restarts, started, "");
    }

    /** As another server reported it. */
    static Attempt ended(
            String container, String image, int restarts, ContainerStateTerminated end, Instant otherwise) {
        Attempt one = new Attempt(
                Objects.requireNonNullElse(end.getContainerID(), "simulated://" + container + "/" + restarts),
                container,
                image,
                restarts,
                time(end.getStartedAt(), otherwise),
                "");
        one.end(
                time(end.getFinishedAt(), otherwise),
                Objects.requireNonNullElse(end.getExitCode(), 0),
                Objects.requireNonNullElse(end.getReason(), ""),
                Objects.requireNonNullElse(end.getMessage(), ""));
        return one;
    }

    static Instant time(@Nullable String text, Instant otherwise) {
        return text == null || text.isEmpty() ? otherwise : Instant.parse(text);
    }

    String id() {
        return id;
    }

    String container() {
        return container;
    }

    int restarts() {
        return restarts;
    }

    Instant started() {
        return started;
    }

    boolean running() {
        return finished == null;
    }

    /** When it ended; the far future while it runs. */
    Instant finished() {
        return finished == null ? Instant.MAX : finished;
    }

    boolean killing() {
        return !killed.equals(Instant.MAX);
    }

    Instant killed() {
        return killed;
    }

    int killedCode() {
        return killedCode;
    }

    /** It will be gone by then; a later time than one that was set before does not count. */
    void kill(Instant at, int exitCode) {
        if (at.isBefore(killed)) {
            killed = at;
            killedCode = exitCode;
        }
    }

    void end(Instant at, int exitCode, String why, String text) {
        finished = at;
        code = exitCode;
        reason = why;
        message = text;
    }

    /** As a container runtime would describe it. */
    Instance instance(String sandbox) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(ContainerMetadata.newBuilder().setName(container).setAttempt(restarts))
                .setState(running() ? ContainerState.CONTAINER_RUNNING : ContainerState.CONTAINER_EXITED)
                .setImageRef("simulated://" + image)
                .setCreatedAt(nanos(started))
                .setStartedAt(nanos(started))
                .setFinishedAt(finished == null ? 0 : nanos(finished))
                .setExitCode(code)
                .setReason(reason)
                .setMessage(message)
                .putAnnotations(CriLabels.RESTART_COUNT, String.valueOf(restarts));
        if (!hash.isEmpty()) {
            status.putAnnotations(CriLabels.HASH, hash);
        }
        return new Instance(sandbox, container, status.build());
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }
}
