package io.coxswain.scheduler.plugin.imagelocality;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.Container;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Likes nodes that hold much of a pod's images; an image that is on few nodes counts for less, lest pods crowd there. */
public final class ImageLocality implements ScorePlugin {
    private static final long MIN_BYTES = 23L << 20;
    private static final long MAX_BYTES_PER_CONTAINER = 1000L << 20;

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<String> images = Stream.concat(
                        pod.pod().getSpec().getInitContainers().stream(), pod.pod().getSpec().getContainers().stream())
                .map(Container::getImage)
                .filter(image -> image != null && !image.isEmpty())
                .map(ImageLocality::withTag)
                .toList();
        long max = MAX_BYTES_PER_CONTAINER * images.size();
        if (max <= MIN_BYTES) {
            return new long[feasible.size()];
        }
        Map<String, Double> spread = new HashMap<>();
        return ScorePlugin.each(feasible, node -> {
            long bytes = 0;
            for (String image : images) {
                Long size = node.images().get(image);
                bytes += size == null
                        ? 0
                        : (long) (size * spread.computeIfAbsent(image, name -> spread(name, snapshot)));
            }
            return MAX_SCORE * (Math.max(MIN_BYTES, Math.min(bytes, max)) - MIN_BYTES) / (max - MIN_BYTES);
        });
    }

    /** The part of all nodes that has the image. */
    private static double spread(String image, Snapshot snapshot) {
        long holders = snapshot.nodes().stream()
                .filter(node -> node.images().containsKey(image))
                .count();
        return (double) holders / snapshot.nodes().size();
    }

    private static String withTag(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}
