package io.coxswain.imageregistry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/** The registry without HTTP: blobs, uploads, manifests, tags and garbage collection. Thread-safe. */
public final class ImageRegistry {
    /** A manifest together with its digest and media type. */
    public record Manifest(Digest digest, String mediaType, byte[] bytes) {}

    /** Manifests larger than this are refused, as the OCI spec allows (4 MiB). */
    static final int MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

    private static final String DEFAULT_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final RegistrySettings settings;
    private final Clock clock;
    private final BlobStore blobs;
    private final UploadStore uploads;
    private final ManifestStore manifests;
    /** Pushes share it; garbage collection takes it alone, so that it never removes a blob just being named. */
    private final ReadWriteLock collecting = new ReentrantReadWriteLock();

    public ImageRegistry(RegistrySettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        try {
            this.blobs = new BlobStore(settings.directory(), settings.maxBytes());
            this.uploads = new UploadStore(settings.directory(), blobs);
            this.manifests = new ManifestStore(settings.directory());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the image registry in " + settings.directory(), e);
        }
    }

    public String startUpload() throws IOException {
        blobs.checkRoom(1);
        return uploads.start();
    }

    public long uploadedBytes(String upload) throws IOException {
        return uploads.size(upload);
    }

    /** Appends a chunk; {@code from} is where it must begin, -1 if unsaid. Returns the bytes so far. */
    public long append(String upload, long from, InputStream chunk) throws IOException {
        return uploads.append(upload, from, chunk);
    }

    /** Ends an upload: its bytes must have the digest. */
    public void finishUpload(String upload, Digest digest) throws IOException {
        uploads.finish(upload, digest);
    }

    public void cancelUpload(String upload) throws IOException {
        uploads.cancel(upload);
    }

    /** The file that holds a blob. */
    public Optional<Path> blob(Digest digest) {
        return blobs.find(digest);
    }

    /** Whether a blob is here already, so that a push need not send it; it is kept from garbage collection for a while. */
    public boolean mount(Digest digest) {
        boolean here = blobs.find(digest).isPresent();
        if (here) {
            blobs.touch(digest);
        }
        return here;
    }

    public boolean deleteBlob(Digest digest) throws IOException {
        return blobs.delete(digest);
    }

    /**
     * Stores a manifest under a tag or its digest.
     *
     * @throws RegistryException if it is no manifest, names what is not here, or does not have the digest
     */
    public Digest putManifest(RepositoryName name, String reference, byte[] bytes) throws IOException {
        collecting.readLock().lock();
        try {
            Digest digest = Digest.of(bytes);
            if (Digest.isDigest(reference)) {
                if (!Digest.parse(reference).equals(digest)) {
                    throw new RegistryException(
                            RegistryException.Code.DIGEST_INVALID, "the manifest's digest is " + digest);
                }
            } else {
                RepositoryName.checkTag(reference);
            }
            checkReferences(name, ManifestReferences.of(bytes));
            manifests.put(name, digest, bytes);
            if (!Digest.isDigest(reference)) {
                manifests.tag(name, reference, digest);
            }
            return digest;
        } finally {
            collecting.readLock().unlock();
        }
    }

    private void checkReferences(RepositoryName name, ManifestReferences references) throws IOException {
        for (Digest blob : references.blobs()) {
            if (blobs.find(blob).isEmpty()) {
                throw new RegistryException(
                        RegistryException.Code.MANIFEST_BLOB_UNKNOWN, "blob unknown to registry: " + blob);
            }
        }
        for (Digest manifest : references.manifests()) {
            if (manifests.get(name, manifest).isEmpty()) {
                throw new RegistryException(
                        RegistryException.Code.MANIFEST_BLOB_UNKNOWN, "manifest unknown to registry: " + manifest);
            }
        }
    }

    /** @param reference a tag or a digest */
    public Optional<Manifest> manifest(RepositoryName name, String reference) throws IOException {
        Optional<Digest> digest =
                Digest.isDigest(reference) ? Optional.of(Digest.parse(reference)) : manifests.resolve(name, reference);
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = manifests.get(name, digest.get());
        return bytes.map(found -> {
            String declared = ManifestReferences.of(found).mediaType();
            return new Manifest(digest.get(), declared.isEmpty() ? DEFAULT_MEDIA_TYPE : declared, found);
        });
    }

    /** Removes a tag, or a manifest with all its tags; blobs go with the next garbage collection. */
    public boolean deleteManifest(RepositoryName name, String reference) throws IOException {
        return Digest.isDigest(reference)
                ? manifests.delete(name, Digest.parse(reference))
                : manifests.untag(name, reference);
    }

    /** Manifests of the repository whose subject is the given one. */
    public List<Manifest> referrers(RepositoryName name, Digest subject) throws IOException {
        return manifests.manifests(name).stream()
                .filter(bytes -> ManifestReferences.of(bytes)
                        .subject()
                        .filter(subject::equals)
                        .isPresent())
                .map(bytes -> new Manifest(
                        Digest.of(bytes), ManifestReferences.of(bytes).mediaType(), bytes))
                .toList();
    }

    public boolean exists(RepositoryName name) {
        return manifests.exists(name);
    }

    public List<String> tags(RepositoryName name) throws IOException {
        return manifests.tags(name);
    }

    public List<String> repositories() throws IOException {
        return manifests.repositories();
    }

    /** Bytes that all blobs take. */
    public long usedBytes() {
        return blobs.usedBytes();
    }

    /** Removes blobs that no manifest names and that are older than the grace time, and stale uploads. Returns the bytes freed. */
    public long collectGarbage() throws IOException {
        Instant now = clock.instant();
        uploads.dropOlderThan(now.minus(settings.uploadExpiry()));
        collecting.writeLock().lock();
        try {
            Set<Digest> named = new HashSet<>();
            for (String repository : manifests.repositories()) {
                for (byte[] manifest : manifests.manifests(new RepositoryName(repository))) {
                    named.addAll(ManifestReferences.of(manifest).blobs());
                }
            }
            long before = blobs.usedBytes();
            List<Digest> old;
            try (Stream<Digest> candidates = blobs.olderThan(now.minus(settings.unreferencedGrace()))) {
                old = candidates.filter(digest -> !named.contains(digest)).toList();
            }
            for (Digest digest : old) {
                blobs.delete(digest);
            }
            return before - blobs.usedBytes();
        } finally {
            collecting.writeLock().unlock();
        }
    }
}
