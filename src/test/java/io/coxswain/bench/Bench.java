package io.coxswain.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The load shapes of A1 to A11 against any Kubernetes API server, and their yardsticks. {@code ./coxswain bench} starts what it
 * needs and calls this:
 *
 * <pre>Bench [--kubeconfig FILE] [--pid PID] [--etcd HOST:PORT] [--constant PATH] [--durability TEXT] [--scale N] [CASE...]</pre>
 *
 * {@code --pid} is the server's process, for CPU and memory; {@code --scale} divides the sizes. Each line of the table is one
 * phase of a case. Clients speak HTTP/1.1 over TLS, each on a connection of its own.
 */
public final class Bench {
    private final List<Row> rows = new ArrayList<>();
    final Target target;
    final long pid;
    final String etcd;
    final String constant;
    final double scale;

    private record Row(
            String name, double rate, double p50, double p99, long errors, long lost, double cpu, long rss) {}

    private Bench(Map<String, String> options) throws Exception {
        target = Target.of(Path.of(options.getOrDefault("kubeconfig", System.getenv("KUBECONFIG"))));
        pid = Long.parseLong(options.getOrDefault("pid", "0"));
        etcd = options.getOrDefault("etcd", "");
        constant = options.getOrDefault("constant", "");
        scale = Double.parseDouble(options.getOrDefault("scale", "1"));
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("--")) {
                options.put(arguments[i].substring(2), arguments[++i]);
            } else {
                cases.add(arguments[i].toLowerCase(Locale.ROOT));
            }
        }
        Bench bench = new Bench(options);
        Cases all = new Cases(bench);
        System.out.printf(
                "%n%d cores, %s; server: %s; scale 1/%s%n",
                Runtime.getRuntime().availableProcessors(),
                java.time.Instant.now(),
                options.getOrDefault("durability", "durability unknown"),
                options.getOrDefault("scale", "1"));
        System.out.println("| phase | per s | p50 ms | p99 ms | errors | lost | server CPU s | server MB |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        try {
            all.run(cases);
        } finally {
            all.cleanUp();
        }
        bench.ratios();
    }

    /** Measures one phase of a case. */
    Load.Result phase(String name, Phase work) throws Exception {
        Usage before = Usage.of(pid);
        Load.Result result = work.run();
        Usage after = Usage.of(pid);
        add(name, result.rate(), result.millis(0.5), result.millis(0.99), result.errors(), 0, before, after);
        if (!result.firstError().isEmpty()) {
            System.out.println("  first error of " + name + ": " + result.firstError());
        }
        return result;
    }

    interface Phase {
        Load.Result run() throws Exception;
    }

    void add(String name, double rate, double p50, double p99, long errors, long lost, Usage before, Usage after) {
        Row row = new Row(
                name,
                rate,
                p50,
                p99,
                errors,
                lost,
                after.cpuSeconds() - before.cpuSeconds(),
                after.residentMegabytes());
        rows.add(row);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %.2f | %d | %d | %.1f | %d |%n",
                name,
                rate,
                p50,
                p99,
                errors,
                lost,
                row.cpu,
                row.rss);
    }

    int scaled(int size) {
        return (int) Math.max(1, size / scale);
    }

    /** The goals are ratios of two phases of one run. */
    private void ratios() {
        System.out.println();
        ratio("create", "A1 create, 50 clients", "etcd puts, 50 clients", "0.30 on H2, 0.25 on PostgreSQL");
        ratio("get", "A7 get, 10 clients", "constant of an object's size, 10 clients", "0.6");
        ratio("list of pods", "A10 list of pods, 2 clients", "constant of that list's size, 2 clients", "0.5");
    }

    private void ratio(String what, String of, String to, String goal) {
        double above = rate(of);
        double below = rate(to);
        if (above > 0 && below > 0) {
            System.out.printf(Locale.ROOT, "%s: %.2f of \"%s\" (goal %s)%n", what, above / below, to, goal);
        }
    }

    private double rate(String name) {
        return rows.stream()
                .filter(row -> row.name.equals(name))
                .mapToDouble(Row::rate)
                .max()
                .orElse(0);
    }

    /** One request on a connection of its own, which must go well. */
    String call(String method, String path, String type, byte[] body) throws IOException {
        try (HttpConnection connection = new HttpConnection(target)) {
            return connection.text(method, path, type, body);
        }
    }
}
