package io.coxswain.node.volume;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who owns the files of a pod's volumes: {@code fsGroup} becomes their group, with read (and for writable volumes
 * write) permission and set-gid directories.
 *
 * @param group the pod's fsGroup
 * @param user the user all containers run as, if they agree on one
 */
record Ownership(OptionalLong group, OptionalLong user, boolean readOnly) {

    static Ownership of(Pod pod, boolean readOnly) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        Long fsGroup = context == null ? null : context.getFsGroup();
        Set<Long> users = new HashSet<>();
        for (Container each : pod.getSpec().getContainers()) {
            Long own = each.getSecurityContext() == null
                    ? null
                    : each.getSecurityContext().getRunAsUser();
            Long effective = own != null || context == null ? own : context.getRunAsUser();
            users.add(effective == null ? -1L : effective);
        }
        OptionalLong user = users.size() == 1 && !users.contains(-1L)
                ? OptionalLong.of(users.iterator().next())
                : OptionalLong.empty();
        return new Ownership(fsGroup == null ? OptionalLong.empty() : OptionalLong.of(fsGroup), user, readOnly);
    }

    /** Gives the tree to the group; does nothing without one. */
    void apply(Path root) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each)) {
                    continue;
                }
                Files.setAttribute(each, "unix:gid", (int) group.getAsLong(), LinkOption.NOFOLLOW_LINKS);
                int mode = (Integer) Files.getAttribute(each, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
                int added = readOnly ? 0440 : 0660;
                mode(each, mode | added | (Files.isDirectory(each) ? 02110 : 0));
            }
        }
    }

    static void mode(Path path, int bits) throws IOException {
        Files.setAttribute(path, "unix:mode", bits);
    }

    static void owner(Path path, long user) throws IOException {
        Files.setAttribute(path, "unix:uid", (int) user);
    }
}
