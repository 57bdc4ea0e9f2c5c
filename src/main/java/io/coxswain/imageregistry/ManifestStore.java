package io.coxswain.imageregistry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Manifests and tags of repositories: {@code repositories/<name>/_manifests/<algorithm>/<hex>} holds the bytes,
 * {@code repositories/<name>/_tags/<tag>} the digest. Every file is replaced atomically. Thread-safe.
 */
final class ManifestStore {
    private static final String MANIFESTS = "_manifests";
    private static final String TAGS = "_tags";

    private final Path root;

    ManifestStore(Path directory) throws IOException {
        this.root = Files.createDirectories(directory.resolve("repositories"));
    }

    void put(RepositoryName name, Digest digest, byte[] bytes) throws IOException {
        write(manifest(name, digest), bytes);
    }

    void tag(RepositoryName name, String tag, Digest digest) throws IOException {
        write(tagFile(name, tag), digest.toString().getBytes(StandardCharsets.US_ASCII));
    }

    Optional<byte[]> get(RepositoryName name, Digest digest) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(manifest(name, digest)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** The digest a tag stands for. */
    Optional<Digest> resolve(RepositoryName name, String tag) throws IOException {
        try {
            return Optional.of(Digest.parse(Files.readString(tagFile(name, RepositoryName.checkTag(tag)))));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** Removes a manifest and every tag that stands for it. */
    boolean delete(RepositoryName name, Digest digest) throws IOException {
        for (String tag : tags(name)) {
            if (resolve(name, tag).filter(digest::equals).isPresent()) {
                untag(name, tag);
            }
        }
        boolean existed = Files.deleteIfExists(manifest(name, digest));
        prune(root.resolve(name.value()));
        return existed;
    }

    boolean untag(RepositoryName name, String tag) throws IOException {
        return Files.deleteIfExists(tagFile(name, RepositoryName.checkTag(tag)));
    }

    boolean exists(RepositoryName name) {
        return Files.isDirectory(root.resolve(name.value()).resolve(MANIFESTS));
    }

    /** The tags of a repository in lexical order. */
    List<String> tags(RepositoryName name) throws IOException {
        Path directory = root.resolve(name.value()).resolve(TAGS);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(tag -> !tag.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** The names of all repositories in lexical order. */
    List<String> repositories() throws IOException {
        try (Stream<Path> directories = Files.walk(root)) {
            return directories
                    .filter(path -> path.endsWith(MANIFESTS) && Files.isDirectory(path))
                    .map(path -> root.relativize(path.resolveSibling("")).toString())
                    .sorted()
                    .toList();
        }
    }

    /** The bytes of every manifest of a repository. */
    List<byte[]> manifests(RepositoryName name) throws IOException {
        Path directory = root.resolve(name.value()).resolve(MANIFESTS);
        List<byte[]> all = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.add(Files.readAllBytes(file));
                }
            }
        }
        return all;
    }

    private Path manifest(RepositoryName name, Digest digest) {
        return root.resolve(name.value())
                .resolve(MANIFESTS)
                .resolve(digest.algorithm())
                .resolve(digest.hex());
    }

    private Path tagFile(RepositoryName name, String tag) {
        return root.resolve(name.value()).resolve(TAGS).resolve(tag);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path directory = file.resolveSibling("");
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, ".", ".new");
        Files.write(temporary, bytes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the empty directories that a deletion left, so that the repository is no longer listed. */
    private static void prune(Path repository) throws IOException {
        if (!Files.isDirectory(repository)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(repository)) {
            paths.sorted(java.util.Comparator.reverseOrder())
                    .filter(Files::isDirectory)
                    .forEach(directory -> {
                        try {
                            Files.delete(directory);
                        } catch (DirectoryNotEmptyException inUse) {
                            // holds another manifest or repository: stays
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
