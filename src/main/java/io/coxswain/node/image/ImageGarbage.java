package io.coxswain.node.image;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.Image;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes images that no container uses when the disk becomes full, longest unused first: from 85 % on, down to 80 %, the
 * kubelet's defaults (as is that unused images may grow as old as they like). {@link #run} is called every five minutes, one call
 * at a time.
 */
public final class ImageGarbage {

    private static final System.Logger LOG = System.getLogger(ImageGarbage.class.getName());
    private static final int HIGH_PERCENT = 85;
    private static final int LOW_PERCENT = 80;
    /** An image that was just pulled is about to be used. */
    private static final Duration MIN_AGE = Duration.ofMinutes(2);
    /** The launcher brings it, no registry has it, and the runtime lists no container of it. */
    private static final String SANDBOX_IMAGE = "coxswain/pause";

    private final ContainerRuntime runtime;
    private final DiskSpace disk;
    private final Events events;
    private final Clock clock;
    private final Map<String, Seen> seen = new HashMap<>();
    private boolean failed;

    /** Size and free space of the file system that holds the images. */
    @FunctionalInterface
    public interface DiskSpace {
        Space now() throws IOException;
    }

    /** In bytes. */
    public record Space(long capacity, long available) {}

    /** Hears Warning events about the node. */
    @FunctionalInterface
    public interface Events {
        void warning(String reason, String message);
    }

    private static final class Seen {
        private final Instant detected;
        private Instant used = Instant.EPOCH;
        private long size;

        Seen(Instant detected) {
            this.detected = detected;
        }
    }

    public ImageGarbage(ContainerRuntime runtime, DiskSpace disk, Events events, Clock clock) {
        this.runtime = runtime;
        this.disk = disk;
        this.events = events;
        this.clock = clock;
    }

    /** Looks once, and frees what must be freed; reports what it could not do. */
    public void run() {
        try {
            collect();
            failed = false;
        } catch (IOException | CriException e) {
            // Once may be chance; upstream's kubelet too tells of it from the second time on.
            if (failed) {
                events.warning("ImageGCFailed", String.valueOf(e.getMessage()));
            }
            failed = true;
            LOG.log(System.Logger.Level.DEBUG, "image garbage collection failed", e);
        }
    }

    private void collect() throws IOException {
        Instant now = clock.instant();
        Set<String> inUse = detect(now);
        Space space = disk.now();
        if (space.capacity() <= 0) {
            events.warning("InvalidDiskCapacity", "invalid capacity 0 on image filesystem");
            throw new IOException("invalid capacity 0 on image filesystem");
        }
        long available = Math.min(space.available(), space.capacity());
        long usage = 100 - available * 100 / space.capacity();
        if (usage < HIGH_PERCENT) {
            return;
        }
        long wanted = space.capacity() * (100 - LOW_PERCENT) / 100 - available;
        long freed = free(wanted, inUse, now);
        if (freed < wanted) {
            String message = "Failed to garbage collect required amount of images. Attempted to free " + wanted
                    + " bytes, but only found " + freed + " bytes eligible to free.";
            events.warning("FreeDiskSpaceFailed", message);
            throw new IOException(message);
        }
    }

    /** Notes what is there; returns the ids of images that containers, dead ones included, are made of. */
    private Set<String> detect(Instant now) {
        Set<String> inUse = new HashSet<>();
        for (Container each : runtime.listContainers(Map.of())) {
            inUse.add(each.getImageRef());
            inUse.add(each.getImage().getImage());
        }
        Set<String> present = new HashSet<>();
        for (Image each : runtime.listImages()) {
            List<String> tags = each.getRepoTagsList();
            List<String> digests = each.getRepoDigestsList();
            if (each.getPinned() || tags.stream().anyMatch(tag -> tag.contains(SANDBOX_IMAGE + ":"))) {
                continue;
            }
            present.add(each.getId());
            Seen known = seen.computeIfAbsent(each.getId(), id -> new Seen(now));
            known.size = each.getSize();
            boolean used = inUse.contains(each.getId())
                    || digests.stream().anyMatch(inUse::contains)
                    || tags.stream().anyMatch(inUse::contains);
            if (used) {
                known.used = now;
                inUse.add(each.getId());
            }
        }
        seen.keySet().retainAll(present);
        return inUse;
    }

    private long free(long wanted, Set<String> inUse, Instant now) {
        List<Map.Entry<String, Seen>> candidates = new ArrayList<>(seen.entrySet());
        candidates.sort(Comparator.comparing((Map.Entry<String, Seen> e) -> e.getValue().used)
                .thenComparing(e -> e.getValue().detected));
        long freed = 0;
        for (Map.Entry<String, Seen> each : candidates) {
            Seen image = each.getValue();
            boolean young = image.detected.plus(MIN_AGE).isAfter(now);
            if (freed >= wanted || inUse.contains(each.getKey()) || young) {
                continue;
            }
            runtime.removeImage(each.getKey());
            LOG.log(System.Logger.Level.INFO, "image removed to free disk space id={0}", each.getKey());
            seen.remove(each.getKey());
            freed += image.size;
        }
        return freed;
    }
}
