package io.coxswain.node.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a set of files into a directory so that a reader sees either the old set or the new one, never a mixture: the
 * files live in a time-stamped directory, {@code ..data} points at it and is swapped by a rename, and the visible names
 * are links through {@code ..data}. Containers know this layout (they watch {@code ..data}).
 */
final class AtomicWriter {

    private static final String DATA = "..data";
    private static final String NEW_DATA = "..data_tmp";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("..yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);

    private final Path target;
    private final Clock clock;
    private final Ownership ownership;

    AtomicWriter(Path target, Clock clock, Ownership ownership) {
        this.target = target;
        this.clock = clock;
        this.ownership = ownership;
    }

    /** One file: relative path, content and permission bits. */
    record FileEntry(byte[] content, int mode) {}

    /** Returns whether anything changed. */
    boolean write(Map<String, FileEntry> files) throws IOException {
        Files.createDirectories(target);
        Path old = current();
        if (old != null && read(old).equals(content(files))) {
            return false;
        }
        Path fresh = Files.createTempDirectory(target, STAMP.format(clock.instant()));
        Ownership.mode(fresh, 0755);
        for (Map.Entry<String, FileEntry> each : files.entrySet()) {
            Path file = fresh.resolve(each.getKey()).normalize();
            if (!file.startsWith(fresh) || file.equals(fresh)) {
                throw new VolumeException("invalid path: " + each.getKey());
            }
            Path parent = Objects.requireNonNull(file.getParent());
            Files.createDirectories(parent);
            Files.write(file, each.getValue().content());
            Ownership.mode(file, each.getValue().mode());
        }
        ownership.apply(fresh);
        Path link = target.resolve(NEW_DATA);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(fresh.getFileName().toString()));
        Files.move(link, target.resolve(DATA), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkVisibleNames(files);
        deleteOthers(fresh);
        return true;
    }

    /** The set before, and what an agent that died half-way left. */
    private void deleteOthers(Path current) throws IOException {
        try (Stream<Path> present = Files.list(target)) {
            for (Path each : present.toList()) {
                boolean stamped = each.getFileName().toString().startsWith("..2");
                if (stamped && !each.equals(current)) {
                    deleteTree(each);
                }
            }
        }
    }

    private void linkVisibleNames(Map<String, FileEntry> files) throws IOException {
        Set<String> names = new HashSet<>();
        for (String path : files.keySet()) {
            names.add(Path.of(path).getName(0).toString());
        }
        for (String name : names) {
            Path visible = target.resolve(name);
            if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(visible, Path.of(DATA, name));
            }
        }
        try (Stream<Path> present = Files.list(target)) {
            for (Path each : present.toList()) {
                String name = each.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(each);
                }
            }
        }
    }

    private @org.jspecify.annotations.Nullable Path current() throws IOException {
        Path data = target.resolve(DATA);
        return Files.isSymbolicLink(data) ? target.resolve(Files.readSymbolicLink(data)) : null;
    }

    private static Map<String, String> content(Map<String, FileEntry> files) {
        Map<String, String> out = new HashMap<>();
        files.forEach((path, f) -> out.put(Path.of(path).normalize().toString(), Arrays.toString(f.content())));
        return out;
    }

    private static Map<String, String> read(Path root) throws IOException {
        Map<String, String> out = new HashMap<>();
        if (!Files.isDirectory(root)) {
            return out;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                out.put(root.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return out;
    }

    /** Deletes a directory with all it holds; links are removed, not followed. Absent is fine. */
    static void deleteTree(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path dir, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
