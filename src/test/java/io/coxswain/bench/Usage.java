package io.coxswain.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process of this machine has used, from /proc; nothing if the server is elsewhere. */
record Usage(double cpuSeconds, long residentMegabytes) {
    private static final double TICKS = 100; // USER_HZ, the same on every Linux that Java runs on

    static Usage of(long pid) {
        if (pid == 0) {
            return new Usage(0, 0);
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long resident = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
            return new Usage((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS, resident / 1024);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the server's process " + pid + " is gone", e);
        }
    }
}
