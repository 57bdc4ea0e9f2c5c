package io.coxswain.node.volume;

import java.io.IOException;
import java.nio.file.Path;

/** Mounts of memory file systems on the host. */
public interface HostMounts {

    /**
     * Mounts a tmpfs; does nothing if one is mounted there.
     *
     * @param size bytes, or 0 for the kernel's default of half the memory
     */
    void tmpfs(Path target, long size) throws IOException;

    /** Unmounts; does nothing if nothing is mounted there. */
    void unmount(Path target) throws IOException;

    boolean mounted(Path target) throws IOException;
}
