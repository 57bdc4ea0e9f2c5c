package io.coxswain.node.server;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Keeps container logs bounded: a file past the limit is renamed, the runtime opens a new one, the oldest go. */
public final class LogRotation {

    private static final System.Logger LOG = System.getLogger(LogRotation.class.getName());
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final ContainerRuntime runtime;
    private final Clock clock;
    private final long maxBytes;
    private final int maxFiles;

    /** {@code maxFiles} counts the current file too. */
    public LogRotation(ContainerRuntime runtime, Clock clock, long maxBytes, int maxFiles) {
        this.runtime = runtime;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    /** Looks at all running containers once. */
    public void run() {
        for (Container each : runtime.listContainers(Map.of())) {
            if (each.getState() != ContainerState.CONTAINER_RUNNING) {
                continue;
            }
            try {
                var status = runtime.containerStatus(each.getId());
                if (status.isPresent() && !status.get().getLogPath().isEmpty()) {
                    rotate(each.getId(), Path.of(status.get().getLogPath()));
                }
            } catch (IOException | CriException e) {
                LOG.log(System.Logger.Level.WARNING, "log rotation failed container=" + each.getId(), e);
            }
        }
    }

    private void rotate(String id, Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) < maxBytes) {
            return;
        }
        Path old = file.resolveSibling(file.getFileName() + "." + STAMP.format(clock.instant()));
        Files.move(file, old);
        try {
            runtime.reopenContainerLog(id);
        } catch (CriException e) {
            // Without a new file the container would go on writing into the renamed one, unseen.
            Files.move(old, file);
            throw e;
        }
        dropOldest(file);
    }

    private void dropOldest(Path file) throws IOException {
        String prefix = file.getFileName() + ".";
        List<Path> rotated;
        try (Stream<Path> all = Files.list(Objects.requireNonNull(file.getParent()))) {
            rotated = all.filter(p -> p.getFileName().toString().startsWith(prefix))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path each : rotated.subList(Math.min(rotated.size(), maxFiles - 1), rotated.size())) {
            Files.delete(each);
        }
    }
}
