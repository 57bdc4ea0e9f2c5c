package io.coxswain.node.volume;

import io.coxswain.node.HostCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@link HostMounts} by mount(8); needs CAP_SYS_ADMIN. */
public final class LinuxHostMounts implements HostMounts {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Override
    public void tmpfs(Path target, long size) throws IOException {
        if (!mounted(target)) {
            String options = size > 0 ? "mode=0755,size=" + size : "mode=0755";
            HostCommands.run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", target.toString()), "", LIMIT);
        }
    }

    @Override
    public void unmount(Path target) throws IOException {
        if (mounted(target)) {
            HostCommands.run(List.of("umount", target.toString()), "", LIMIT);
        }
    }

    @Override
    public boolean mounted(Path target) throws IOException {
        String wanted = target.toAbsolutePath().toString();
        return Files.readString(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", 3)[1].replace("\\040", " "))
                .anyMatch(wanted::equals);
    }
}
