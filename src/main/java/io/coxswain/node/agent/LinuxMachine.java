package io.coxswain.node.agent;

import io.coxswain.node.status.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads {@link Machine} from /proc, /etc and the JVM. */
final class LinuxMachine {

    private LinuxMachine() {}

    static Machine read(Path root) throws IOException {
        FileStore disk = Files.getFileStore(root);
        String id = text("/etc/machine-id");
        String uuid = text("/sys/class/dmi/id/product_uuid").toLowerCase(Locale.ROOT);
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                memory("MemTotal:"),
                memory("MemAvailable:"),
                disk.getTotalSpace(),
                disk.getUsableSpace(),
                architecture(System.getProperty("os.arch", "")),
                text("/proc/sys/kernel/osrelease"),
                osImage(),
                id,
                uuid.isEmpty() ? id : uuid,
                text("/proc/sys/kernel/random/boot_id"));
    }

    /** Go's name of the architecture, which is what images and node labels use. */
    static String architecture(String java) {
        return switch (java) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }

    private static long memory(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith(key)) {
                return Long.parseLong(
                                line.substring(key.length()).replace("kB", "").strip())
                        * 1024;
            }
        }
        throw new IOException("/proc/meminfo has no " + key);
    }

    private static String osImage() throws IOException {
        for (String line : text("/etc/os-release").split("\n")) {
            if (line.startsWith("PRETTY_NAME=")) {
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
            }
        }
        return "Linux";
    }

    private static String text(String file) throws IOException {
        Path path = Path.of(file);
        return Files.isReadable(path)
                ? Files.readString(path, StandardCharsets.UTF_8).strip()
                : "";
    }
}
