package io.coxswain.node.image;

import io.coxswain.node.BackOff;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.ContainerRuntime.RegistryCredentials;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Gets images onto one node. A pull runs beside the pod that asked for it, so that a pod waiting for a registry can
 * still be deleted; the pod asks again when its turn comes and {@link Listener#done} has told it to.
 */
public final class ImagePulls {

    private static final System.Logger LOG = System.getLogger(ImagePulls.class.getName());

    private final ContainerRuntime runtime;
    private final Executor executor;
    private final Clock clock;
    private final BackOff backOff;
    private final Map<String, Pull> pulls = new ConcurrentHashMap<>();

    public ImagePulls(ContainerRuntime runtime, Executor executor, Clock clock) {
        this.runtime = runtime;
        this.executor = executor;
        this.clock = clock;
        this.backOff = new BackOff(clock, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    /** What a container asks for. {@code owner} is unique to the container of the pod: pod uid/container name. */
    public record Request(
            String owner,
            String image,
            String policy,
            List<RegistryCredentials> credentials,
            PodSandboxConfig sandbox) {
        public Request {
            credentials = List.copyOf(credentials);
        }
    }

    /** Told about a pull; called on the pull's own thread. */
    public interface Listener {
        void event(String type, String reason, String message);

        /** The pull ended, one way or the other: ask again. */
        void done();
    }

    /** How a request stands. */
    public sealed interface Outcome permits Present, Pulling, Waiting {}

    /** The image is here. */
    public record Present(Image image) implements Outcome {}

    /** A pull is under way; {@link Listener#done} will be called. */
    public record Pulling() implements Outcome {}

    /** Not now. Reason and message are those of a waiting container; ask again after {@code retry}. */
    public record Waiting(String reason, String message, Duration retry) implements Outcome {}

    private static final class Pull {
        private volatile boolean running = true;
        private volatile boolean succeeded;
        private volatile String error = "";
        private volatile Instant ended = Instant.EPOCH;
        private volatile boolean reported;
    }

    /** Where the request stands now; starts a pull if one is needed. Never blocks for longer than one status call. */
    public Outcome ensure(Request request, Listener listener) {
        Optional<ImageName> name = ImageName.parse(request.image());
        if (name.isEmpty()) {
            String message = "Failed to apply default image tag \"" + request.image()
                    + "\": couldn't parse image name \"" + request.image() + "\": invalid reference format";
            listener.event("Warning", "InspectFailed", message);
            return new Waiting("InvalidImageName", message, Duration.ofMinutes(1));
        }
        Pull pull = pulls.get(request.owner());
        if (pull != null && pull.running) {
            return new Pulling();
        }
        String policy = request.policy().isEmpty() ? name.get().defaultPullPolicy() : request.policy();
        boolean justPulled = pull != null && pull.succeeded;
        Optional<Image> present = runtime.imageStatus(request.image());
        if (present.isPresent() && (justPulled || !policy.equals("Always"))) {
            if (!justPulled) {
                listener.event(
                        "Normal", "Pulled", "Container image \"" + request.image() + "\" already present on machine");
            }
            pulls.remove(request.owner());
            backOff.forget(request.owner());
            return new Present(present.get());
        }
        if (policy.equals("Never")) {
            String message = "Container image \"" + request.image() + "\" is not present with pull policy of Never";
            listener.event("Warning", "ErrImageNeverPull", message);
            return new Waiting("ErrImageNeverPull", message, Duration.ofMinutes(1));
        }
        return pullOrWait(request, pull, listener);
    }

    private Outcome pullOrWait(Request request, @org.jspecify.annotations.Nullable Pull last, Listener listener) {
        if (last != null && !last.succeeded) {
            Optional<BackOff.Wait> wait = backOff.waiting(request.owner(), last.ended);
            if (wait.isPresent()) {
                if (!last.reported) {
                    last.reported = true;
                    return new Waiting("ErrImagePull", last.error, Duration.ofSeconds(1));
                }
                String message = "Back-off pulling image \"" + request.image() + "\"";
                listener.event("Normal", "BackOff", message);
                return new Waiting(
                        "ImagePullBackOff",
                        message + ": ErrImagePull: " + last.error,
                        wait.get().left());
            }
        }
        Pull pull = new Pull();
        pulls.put(request.owner(), pull);
        listener.event("Normal", "Pulling", "Pulling image \"" + request.image() + "\"");
        executor.execute(() -> run(request, pull, listener));
        return new Pulling();
    }

    private void run(Request request, Pull pull, Listener listener) {
        Instant begun = clock.instant();
        try {
            pullWithAny(request);
            Duration took = Duration.between(begun, clock.instant());
            long size = runtime.imageStatus(request.image()).map(Image::getSize).orElse(0L);
            pull.succeeded = true;
            listener.event(
                    "Normal",
                    "Pulled",
                    "Successfully pulled image \"" + request.image() + "\" in " + text(took) + " (" + text(took)
                            + " including waiting). Image size: " + size + " bytes.");
        } catch (CriException e) {
            pull.error = "failed to pull image \"" + request.image() + "\": " + e.rpcText();
            pull.ended = clock.instant();
            backOff.next(request.owner(), pull.ended);
            LOG.log(System.Logger.Level.DEBUG, "pull failed image={0}: {1}", request.image(), e.getMessage());
            listener.event("Warning", "Failed", "Failed to pull image \"" + request.image() + "\": " + e.rpcText());
            listener.event("Warning", "Failed", "Error: ErrImagePull");
        } finally {
            pull.running = false;
            listener.done();
        }
    }

    /** Tries the credentials in order, as the kubelet does; without any, pulls anonymously. */
    private void pullWithAny(Request request) {
        if (request.credentials().isEmpty()) {
            runtime.pullImage(request.image(), request.sandbox());
            return;
        }
        CriException last = new CriException(CriException.Kind.FAILED, "no credentials");
        for (RegistryCredentials each : request.credentials()) {
            try {
                runtime.pullImage(request.image(), Optional.of(each), request.sandbox());
                return;
            } catch (CriException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Forgets what a pod's containers asked for. */
    public void forget(String podUid) {
        pulls.keySet().removeIf(k -> k.startsWith(podUid + "/"));
        backOff.forgetAll(podUid + "/");
    }

    private static String text(Duration took) {
        long millis = took.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        return millis < 60_000
                ? millis / 1000 + "." + String.format("%03d", millis % 1000) + "s"
                : millis / 60_000 + "m" + millis % 60_000 / 1000 + "." + String.format("%03d", millis % 1000) + "s";
    }
}
