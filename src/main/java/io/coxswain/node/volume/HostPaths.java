package io.coxswain.node.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** hostPath volumes: the check, or the creation, that their type asks for. */
final class HostPaths {

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    private HostPaths() {}

    static Path resolve(HostPathVolumeSource source) throws IOException {
        Path path = Path.of(source.getPath());
        if (!path.isAbsolute() || path.normalize().getNameCount() != path.getNameCount()) {
            throw new VolumeException("hostPath must be an absolute path without '..': " + path);
        }
        String type = source.getType() == null ? "" : source.getType();
        switch (type) {
            case "" -> {}
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                    Ownership.mode(path, 0755);
                }
                require(Files.isDirectory(path), path, "directory");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Path parent = Objects.requireNonNullElse(path.getParent(), path);
                    require(Files.isDirectory(parent), parent, "directory");
                    Files.createFile(path);
                    Ownership.mode(path, 0644);
                }
                require(Files.isRegularFile(path), path, "file");
            }
            case "File" -> require(Files.isRegularFile(path), path, "file");
            case "Socket" -> require(is(path, S_IFSOCK), path, "socket file");
            case "CharDevice" -> require(is(path, S_IFCHR), path, "character device");
            case "BlockDevice" -> require(is(path, S_IFBLK), path, "block device");
            default -> throw new VolumeException(type + " is an invalid volume type");
        }
        return path;
    }

    private static boolean is(Path path, int kind) throws IOException {
        return Files.exists(path) && ((Integer) Files.getAttribute(path, "unix:mode") & S_IFMT) == kind;
    }

    private static void require(boolean met, Path path, String what) {
        if (!met) {
            throw new VolumeException("hostPath type check failed: " + path + " is not a " + what);
        }
    }
}
