package io.coxswain.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what was measured, as Markdown. */
final class Table {
    private final List<String> notes = new ArrayList<>();

    void heading(Options options) throws IOException {
        System.out.printf("%n%s, %s%n%n", Instant.now().truncatedTo(ChronoUnit.MINUTES), machine());
        System.out.printf(
                "Server: %s. Sizes: 1/%s.%n%n",
                options.text("durability", "durability unknown"), options.text("scale", "1"));
        System.out.println(
                "| phase | per s | p50 ms | p99 ms | errors | lost | server CPU s | CPU ms an op | server MB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
    }

    static String machine() throws IOException {
        String cpu = first("/proc/cpuinfo", "model name");
        String memory = first("/proc/meminfo", "MemTotal");
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        return Runtime.getRuntime().availableProcessors() + " cores ("
                + cpu + "), " + Long.parseLong(memory.replaceAll("\\D", "")) / 1024 + " MB, load average " + load
                + " at the start";
    }

    private static String first(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    void add(String name, Load.Result result, long lost, Usage before, Usage after) {
        double cpu = after.cpuSeconds() - before.cpuSeconds();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %.2f | %d | %d | %.1f | %.2f | %d |%n",
                name,
                result.rate(),
                result.millis(0.5),
                result.millis(0.99),
                result.errors(),
                lost,
                cpu,
                result.durations().length == 0 ? 0 : cpu * 1000 / result.durations().length,
                after.residentMegabytes());
        if (!result.firstError().isEmpty()) {
            note("first error of " + name + ": " + result.firstError());
        }
    }

    /** What does not fit a column. On standard error at once, since between rows it would end a Markdown table. */
    void note(String text) {
        System.err.println("  " + text);
        notes.add(text);
    }

    /** All of them, as a list below the tables. */
    void printNotes() {
        System.out.println();
        notes.forEach(note -> System.out.println("* " + note));
    }
}
