package io.coxswain.imageregistry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Blobs by digest, shared by all repositories: {@code blobs/<algorithm>/<first two>/<hex>}. A blob's file appears whole or not at all. Thread-safe. */
final class BlobStore {
    private final Path root;
    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    BlobStore(Path directory, long maxBytes) throws IOException {
        this.root = Files.createDirectories(directory.resolve("blobs"));
        this.maxBytes = maxBytes;
        try (Stream<Path> files = Files.walk(root)) {
            usedBytes.set(files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum());
        }
    }

    /** The file of a blob, if it is here. */
    Optional<Path> find(Digest digest) {
        Path file = path(digest);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** Takes over a complete, verified file and makes it durable; a blob that is here already just becomes young again. */
    void adopt(Path verified, Digest digest) throws IOException {
        Path target = path(digest);
        if (Files.isRegularFile(target)) {
            Files.delete(verified);
            touch(target);
            return;
        }
        long size = Files.size(verified);
        Files.createDirectories(parentOf(target));
        try (FileChannel channel = FileChannel.open(verified, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(verified, target, StandardCopyOption.ATOMIC_MOVE);
        usedBytes.addAndGet(size);
    }

    /** Makes the blob count as just used, so that garbage collection leaves it to the push that names it. */
    void touch(Digest digest) {
        find(digest).ifPresent(BlobStore::touch);
    }

    boolean delete(Digest digest) throws IOException {
        Path file = path(digest);
        try {
            long size = Files.size(file);
            Files.delete(file);
            usedBytes.addAndGet(-size);
            return true;
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    /** @throws RegistryException {@code SIZE_INVALID} if so many more bytes would pass the limit */
    void checkRoom(long moreBytes) {
        if (usedBytes.get() + moreBytes > maxBytes) {
            throw new RegistryException(
                    RegistryException.Code.SIZE_INVALID,
                    "the registry is full: " + usedBytes.get() + " of " + maxBytes
                            + " bytes are used; delete images, or raise coxswain.registry.max-bytes");
        }
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** Every blob last used before the given time. */
    Stream<Digest> olderThan(Instant time) throws IOException {
        return Files.walk(root)
                .filter(Files::isRegularFile)
                .filter(file -> modified(file).toInstant().isBefore(time))
                .map(file -> new Digest(
                        parentOf(parentOf(file)).getFileName().toString(),
                        file.getFileName().toString()));
    }

    private Path path(Digest digest) {
        return root.resolve(digest.algorithm())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException("no parent: " + path);
        }
        return parent;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(Path file) {
        if (!file.toFile().setLastModified(java.time.Clock.systemUTC().millis())) {
            throw new UncheckedIOException(new IOException("cannot touch " + file));
        }
    }
}
