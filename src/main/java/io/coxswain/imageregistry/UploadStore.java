package io.coxswain.imageregistry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Unfinished uploads, one file each, named by a random id; they survive a restart. One request at a time works on an upload. Thread-safe. */
final class UploadStore {
    private static final int BUFFER = 64 * 1024;

    private final Path root;
    private final BlobStore blobs;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    UploadStore(Path directory, BlobStore blobs) throws IOException {
        this.root = Files.createDirectories(directory.resolve("uploads"));
        this.blobs = blobs;
    }

    String start() throws IOException {
        String id = UUID.randomUUID().toString();
        Files.createFile(root.resolve(id));
        return id;
    }

    /** How many bytes have come. */
    long size(String id) throws IOException {
        return Files.size(file(id));
    }

    /**
     * Appends a chunk.
     *
     * @param from where the chunk must begin; -1 if the client did not say
     * @return how many bytes have come in all
     */
    long append(String id, long from, InputStream chunk) throws IOException {
        Path file = file(id);
        return exclusively(id, () -> {
            long size = Files.size(file);
            if (from >= 0 && from != size) {
                throw new RegistryException(
                        RegistryException.Code.BLOB_UPLOAD_INVALID,
                        "chunk begins at byte " + from + ", but " + size + " bytes have come");
            }
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                byte[] buffer = new byte[BUFFER];
                for (int count = chunk.read(buffer); count >= 0; count = chunk.read(buffer)) {
                    size += count;
                    blobs.checkRoom(size);
                    out.write(buffer, 0, count);
                }
            }
            return size;
        });
    }

    /** Ends an upload: verifies the digest over all its bytes and turns it into a blob. A wrong digest drops the upload. */
    void finish(String id, Digest digest) throws IOException {
        Path file = file(id);
        exclusively(id, () -> {
            MessageDigest hash = digest.newHash();
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[BUFFER];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    hash.update(buffer, 0, count);
                }
            }
            if (!digest.matches(hash)) {
                Files.delete(file);
                throw new RegistryException(
                        RegistryException.Code.DIGEST_INVALID,
                        "the uploaded content does not have the digest " + digest);
            }
            blobs.adopt(file, digest);
            return 0L;
        });
    }

    void cancel(String id) throws IOException {
        Files.delete(file(id));
    }

    /** Drops uploads that got no byte since the given time. */
    void dropOlderThan(Instant time) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(time)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path file(String id) {
        // Only ids of our own making name files: anything else, "../x" included, is unknown.
        boolean plausible = id.length() == 36 && id.chars().allMatch(c -> c == '-' || Character.digit(c, 16) >= 0);
        Path file = plausible ? root.resolve(id) : root;
        if (!Files.isRegularFile(file)) {
            throw new RegistryException(RegistryException.Code.BLOB_UPLOAD_UNKNOWN, "blob upload unknown to registry");
        }
        return file;
    }

    private interface Work {
        long run() throws IOException;
    }

    private long exclusively(String id, Work work) throws IOException {
        if (!busy.add(id)) {
            throw new RegistryException(
                    RegistryException.Code.BLOB_UPLOAD_INVALID, "another request works on this upload");
        }
        try {
            return work.run();
        } finally {
            busy.remove(id);
        }
    }
}
