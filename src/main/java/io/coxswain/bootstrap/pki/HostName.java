package io.coxswain.bootstrap.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** This machine's own name, without asking any name server. */
public final class HostName {
    private HostName() {}

    /** The kernel's host name in lower case; {@code ""} if it is no DNS name. */
    public static String get() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .trim()
                    .toLowerCase(Locale.ROOT);
            return name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?") ? name : "";
        } catch (IOException noSuchFile) {
            return "";
        }
    }
}
