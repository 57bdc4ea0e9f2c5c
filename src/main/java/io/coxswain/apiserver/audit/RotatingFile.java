package io.coxswain.apiserver.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log file of limited size that only its owner may read. When it would grow beyond the limit it is renamed, the time
 * before its extension ({@code audit-2026-01-31T12-00-00.000.log}), and begun anew; the oldest such files are deleted.
 * Used by one thread.
 */
final class RotatingFile implements AutoCloseable {
    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

    private final Path path;
    private final Path directory;
    private final String stem;
    private final String extension;
    private final long limit;
    private final int backups;
    private final Clock clock;
    private @Nullable FileChannel channel;
    private long size;

    /** @param limit in bytes; @param backups files kept beside the current one */
    RotatingFile(Path path, long limit, int backups, Clock clock) {
        this.path = path.toAbsolutePath();
        Path parent = this.path.getParent();
        Path name = this.path.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException(path + " is no file");
        }
        this.directory = parent;
        int dot = name.toString().lastIndexOf('.');
        this.stem = dot > 0 ? name.toString().substring(0, dot) : name.toString();
        this.extension = dot > 0 ? name.toString().substring(dot) : "";
        this.limit = limit;
        this.backups = backups;
        this.clock = clock;
    }

    /** Opens the file if it is not open, and makes it and its directory if they are not there. */
    void open() throws IOException {
        if (channel == null) {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
            }
            FileChannel opened = FileChannel.open(path, APPEND, OWNER_ONLY);
            channel = opened;
            size = opened.size();
        }
    }

    /** Appends bytes, which are never split between two files. After a failure the file is opened anew at the next call. */
    void write(ByteBuffer bytes) throws IOException {
        try {
            open();
            if (size > 0 && size + bytes.remaining() > limit) {
                rotate();
            }
            FileChannel out = channel;
            if (out == null) {
                throw new IOException(path + " is closed");
            }
            while (bytes.hasRemaining()) {
                size += out.write(bytes);
            }
        } catch (IOException e) {
            closeQuietly(e);
            throw e;
        }
    }

    private void rotate() throws IOException {
        close();
        Path backup = directory.resolve(stem + "-" + STAMP.format(clock.instant()) + extension);
        for (int more = 1; Files.exists(backup); more++) {
            backup = directory.resolve(stem + "-" + STAMP.format(clock.instant()) + "-" + more + extension);
        }
        Files.move(path, backup);
        open();
        List<Path> old = backups();
        for (Path surplus : old.subList(0, Math.max(0, old.size() - backups))) {
            Files.deleteIfExists(surplus);
        }
    }

    /** The renamed files, the oldest first. */
    private List<Path> backups() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> isBackup(String.valueOf(file.getFileName())))
                    .sorted(Comparator.comparing(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.substring(0, name.length() - extension.length());
                    }))
                    .toList();
        }
    }

    private boolean isBackup(String name) {
        return name.startsWith(stem + "-")
                && name.endsWith(extension)
                && name.substring(stem.length() + 1, name.length() - extension.length())
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}(-\\d+)?");
    }

    private void closeQuietly(IOException why) {
        try {
            close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
