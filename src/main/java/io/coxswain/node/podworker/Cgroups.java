package io.coxswain.node.podworker;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes the control groups that the runtime leaves behind when a pod is gone. */
final class Cgroups {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private Cgroups() {}

    /** Removes the group from every hierarchy; a group in use is left alone. */
    static void remove(String group) throws IOException {
        String relative = group.substring(1);
        removeIn(ROOT.resolve(relative));
        if (!Files.isDirectory(ROOT)) {
            return;
        }
        try (Stream<Path> hierarchies = Files.list(ROOT)) {
            for (Path each : hierarchies.filter(Files::isDirectory).toList()) {
                removeIn(each.resolve(relative));
            }
        }
    }

    private static void removeIn(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(group)) {
            deepestFirst = all.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path each : deepestFirst) {
            try {
                // The kernel's files in it go with the directory.
                Files.deleteIfExists(each);
            } catch (DirectoryNotEmptyException e) {
                throw new IOException("control group still in use: " + each, e);
            }
        }
    }
}
