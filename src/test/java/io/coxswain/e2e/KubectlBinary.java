package io.coxswain.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kubectl that the tests run: the one that {@code COXSWAIN_TEST_KUBECTL} names, else the one on the {@code PATH}. Where that
 * is a dispatcher with the versions beside it ({@code kubectl.1.33}), the newest of them, so that it is known which one ran.
 */
public final class KubectlBinary {
    private static final Pattern VERSION = Pattern.compile("kubectl\\.1\\.(\\d{1,3})");
    private static final Path PATH = find();

    private KubectlBinary() {}

    public static Path path() {
        return PATH;
    }

    /** A {@code PATH} on which {@code kubectl} is this one, by a script that is written into the directory. */
    public static String searchPath(Path directory) {
        Path script = directory.resolve("kubectl");
        try {
            Files.createDirectories(directory);
            if (!Files.exists(script)) {
                Files.writeString(script, "#!/bin/sh\nexec '" + PATH + "' \"$@\"\n");
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory + ":" + System.getenv("PATH");
    }

    private static Path find() {
        String named = System.getenv("COXSWAIN_TEST_KUBECTL");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        Path first = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no kubectl on the PATH"));
        try {
            return beside(first.toRealPath()).orElse(first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> beside(Path dispatcher) throws IOException {
        try (Stream<Path> files = Files.list(dispatcher.getParent())) {
            return files.filter(file -> minor(file) >= 0 && Files.isExecutable(file))
                    .max(Comparator.comparingInt(KubectlBinary::minor));
        }
    }

    private static int minor(Path file) {
        Matcher matcher = VERSION.matcher(file.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
