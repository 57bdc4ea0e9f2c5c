package io.coxswain.bench;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load shapes, at sizes for two cores. Each case works in namespaces of its own. */
final class Cases {
    private static final String JSON = "application/json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
    private static final double LIMIT = 60;

    private final Bench bench;
    private final Target target;
    private final Map<String, Case> all = new LinkedHashMap<>();
    private final AtomicInteger namespaces = new AtomicInteger();

    private interface Case {
        void run() throws Exception;
    }

    Cases(Bench bench) {
        this.bench = bench;
        this.target = bench.target;
        all.put("baselines", this::baselines);
        all.put("a1", this::create);
        all.put("a2", this::listAfterCreate);
        all.put("a3", this::churn);
        all.put("a4", this::lowLoad);
        all.put("a5", this::ladder);
        all.put("a6", this::mix);
        all.put("a7", this::get);
        all.put("a8", this::bigList);
        all.put("a9", this::emptyList);
        all.put("a10", this::pods);
        all.put("a11", this::fanOut);
    }

    void run(List<String> names) throws Exception {
        for (String name : names) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("no case '" + name + "'; there are " + all.keySet());
            }
        }
        warmUp();
        for (Map.Entry<String, Case> one : all.entrySet()) {
            if (names.isEmpty() || names.contains(one.getKey())) {
                one.getValue().run();
            }
        }
    }

    void cleanUp() {
        for (int i = 0; i < namespaces.get(); i++) {
            try {
                bench.call("DELETE", "/api/v1/namespaces/bench-" + RUN + "-" + i, "", new byte[0]);
            } catch (java.io.IOException e) {
                System.out.println("  left behind: " + e.getMessage());
            }
        }
    }

    /** A compiler that has not seen the code yet would measure itself. */
    private void warmUp() throws Exception {
        String namespace = namespace();
        int count = bench.scaled(8_000);
        Load.run(20, count, 20, creators(configMaps(namespace), number -> configMap("w" + number, 1024)));
        Load.run(10, count * 2, 8, getters(configMaps(namespace) + "/w1"));
        Load.run(10, count, 20, index -> {
            HttpConnection http = new HttpConnection(target);
            return number -> ok(http.send("DELETE", configMaps(namespace) + "/w" + number, "", new byte[0]));
        });
    }

    private void baselines() throws Exception {
        if (!bench.etcd.isEmpty()) {
            EtcdPuts.run(bench.etcd, 50, 2_000, 3, 1024);
            for (int clients : new int[] {10, 50}) {
                bench.phase(
                        "etcd puts, " + clients + " clients",
                        () -> EtcdPuts.run(bench.etcd, clients, Integer.MAX_VALUE, 5, 1024));
            }
        }
        if (!bench.constant.isEmpty()) {
            Load.run(10, 10_000, 5, getters(bench.constant + "?bytes=1300"));
            bench.phase(
                    "constant of an object's size, 10 clients",
                    () -> Load.run(10, Integer.MAX_VALUE, 5, getters(bench.constant + "?bytes=1300")));
        }
    }

    private void create() throws Exception {
        for (int clients : new int[] {10, 50, 200, 1000}) {
            String path = configMaps(namespace());
            bench.phase(
                    "A1 create, " + clients + " clients",
                    () -> Load.run(
                            clients, bench.scaled(10_000), LIMIT, creators(path, n -> configMap("c" + n, 1024))));
        }
    }

    private void listAfterCreate() throws Exception {
        String path = configMaps(namespace());
        int count = bench.scaled(10_000);
        Load.run(20, count, LIMIT, creators(path, number -> configMap("c" + number, 1024)));
        bench.phase("A2 list of " + count + ", 10 clients", () -> Load.run(10, 100, 10, getters(path)));
        bench.phase("A2 page of 500, 10 clients", () -> Load.run(10, 2_000, 10, getters(path + "?limit=500")));
    }

    private void churn() throws Exception {
        String path = configMaps(namespace());
        int watches = 25;
        int count = bench.scaled(10_000);
        long from = revision(path);
        try (Watchers watchers = new Watchers(target, path + "?watch=true&resourceVersion=" + from, watches)) {
            Usage before = Usage.of(bench.pid);
            long begun = System.nanoTime();
            Load.Result writes = bench.phase(
                    "A3 lives of four mutations under 25 watches",
                    () -> Load.run(50, count, 300, index -> {
                        HttpConnection http = new HttpConnection(target);
                        return number -> lifeOf(http, path, "c" + number);
                    }));
            watchers.await(count * 4L);
            double seconds = (System.nanoTime() - begun) / 1e9;
            long expected = (writes.durations().length - writes.errors()) * 4 * watches;
            events("A3 events", watchers, expected, seconds, before);
        }
    }

    private static boolean lifeOf(HttpConnection http, String path, String name) throws Exception {
        boolean good = ok(http.send("POST", path, JSON, timed(name)));
        good &= ok(http.send("PATCH", path + "/" + name, MERGE, timed(name)));
        good &= ok(http.send("PATCH", path + "/" + name, MERGE, timed(name)));
        return good & ok(http.send("DELETE", path + "/" + name, "", new byte[0]));
    }

    private void events(String name, Watchers watchers, long expected, double seconds, Usage before) {
        long[] lags = watchers.lags();
        Load.Result lag = new Load.Result(lags, seconds, 0, "");
        bench.add(
                name + " (p50, p99: lag)",
                watchers.delivered() / seconds,
                lag.millis(0.5),
                lag.millis(0.99),
                watchers.disordered() + watchers.broken(),
                expected - watchers.delivered(),
                before,
                Usage.of(bench.pid));
    }

    private void lowLoad() throws Exception {
        String path = configMaps(namespace());
        bench.phase(
                "A4 create 500, 10 clients",
                () -> Load.run(10, 500, LIMIT, creators(path, number -> configMap("c" + number, 1024))));
    }

    private void ladder() throws Exception {
        String path = configMaps(namespace());
        int there = 0;
        for (int size : new int[] {1_000, 2_000, 4_000, 8_000, 16_000}) {
            int from = there;
            int to = bench.scaled(size);
            bench.phase(
                    "A5 create up to " + to,
                    () -> Load.run(10, to - from, LIMIT, creators(path, n -> configMap("c" + (from + n), 4))));
            bench.phase("A5 list of " + to, () -> Load.run(1, 20, 10, getters(path)));
            there = to;
        }
    }

    private void mix() throws Exception {
        String path = configMaps(namespace());
        bench.phase(
                "A6 mix, 4 clients",
                () -> Load.run(4, bench.scaled(4_000), LIMIT, index -> {
                    HttpConnection http = new HttpConnection(target);
                    Random random = new Random(index);
                    return number -> mixed(http, path, random);
                }));
    }

    /** Whether the answer is one that a server without fault may give in such a race. */
    private static boolean mixed(HttpConnection http, String path, Random random) throws Exception {
        String name = "m" + random.nextInt(100);
        int dice = random.nextInt(10);
        int status;
        if (dice < 2) {
            status = http.send("POST", path, JSON, configMap(name, 256 + random.nextInt(3840)));
        } else if (dice < 7) {
            status = http.send("PUT", path + "/" + name, JSON, configMap(name, 256 + random.nextInt(3840)));
        } else if (dice < 9) {
            status = http.send("DELETE", path + "/" + name, "", new byte[0]);
        } else {
            status = http.get(path);
        }
        return status < 300 || status == 404 || status == 409;
    }

    private void get() throws Exception {
        String path = configMaps(namespace());
        bench.call("POST", path, JSON, configMap("one", 1000));
        bench.phase("A7 get, 10 clients", () -> Load.run(10, Integer.MAX_VALUE, 5, getters(path + "/one")));
    }

    private void bigList() throws Exception {
        String path = configMaps(namespace());
        int count = bench.scaled(200);
        Load.run(4, count, LIMIT, creators(path, number -> configMap("b" + number, 100_000)));
        bench.phase(
                "A8 list of " + count + " x 100 kB, 1 client",
                () -> Load.run(1, 30, 10, getters(path + "?resourceVersion=0")));
    }

    private void emptyList() throws Exception {
        String path = configMaps(namespace());
        int count = bench.scaled(10_000);
        Load.run(20, count, LIMIT, creators(path, number -> configMap("e" + number, 1024)));
        bench.phase(
                "A9 list of none of " + count + ", 1 client",
                () -> Load.run(1, 200, 10, getters(path + "?labelSelector=none%3Dsuch")));
    }

    private void pods() throws Exception {
        String namespace = namespace();
        String path = "/api/v1/namespaces/" + namespace + "/pods";
        // No pod is admitted into a namespace that has no such account yet.
        for (int i = 0; i < 50; i++) {
            try {
                bench.call("GET", "/api/v1/namespaces/" + namespace + "/serviceaccounts/default", "", new byte[0]);
                break;
            } catch (java.io.IOException notYet) {
                Thread.sleep(100);
            }
        }
        int count = bench.scaled(5_000);
        bench.phase(
                "A10 create " + count + " pods, 20 clients",
                () -> Load.run(20, count, 120, creators(path, Cases::pod)));
        long bytes;
        try (HttpConnection http = new HttpConnection(target)) {
            http.get(path);
            bytes = http.length();
        }
        Load.run(2, 10, 20, getters(path));
        bench.phase("A10 list of pods, 2 clients", () -> Load.run(2, 60, 10, getters(path)));
        if (!bench.constant.isEmpty()) {
            String constant = bench.constant + "?bytes=" + bytes;
            Load.run(2, 10, 20, getters(constant));
            bench.phase("constant of that list's size, 2 clients", () -> Load.run(2, 60, 10, getters(constant)));
        }
    }

    private void fanOut() throws Exception {
        String path = configMaps(namespace());
        bench.call("POST", path, JSON, timed("one"));
        int watches = bench.scaled(1_000);
        for (int perSecond : new int[] {10, 100}) {
            try (Watchers watchers =
                    new Watchers(target, path + "?watch=true&resourceVersion=" + revision(path), watches)) {
                Usage before = Usage.of(bench.pid);
                int changes = perSecond * 10;
                long begun = System.nanoTime();
                Load.Result writes = Load.run(1, changes, 30, index -> {
                    HttpConnection http = new HttpConnection(target);
                    return number -> {
                        long due = begun + number * 1_000_000_000L / perSecond;
                        long wait = due - System.nanoTime();
                        if (wait > 0) {
                            Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                        }
                        return ok(http.send("PATCH", path + "/one", MERGE, timed("one")));
                    };
                });
                long made = writes.durations().length - writes.errors();
                watchers.await(made);
                double seconds = (System.nanoTime() - begun) / 1e9;
                String name = "A11 " + watches + " watches, " + perSecond + " changes/s";
                events(name, watchers, made * watches, seconds, before);
            }
        }
    }

    private interface Body {
        byte[] of(int number);
    }

    private Load.Clients creators(String path, Body body) {
        return index -> {
            HttpConnection http = new HttpConnection(target);
            return number -> ok(http.send("POST", path, JSON, body.of(number)));
        };
    }

    private Load.Clients getters(String path) {
        return index -> {
            HttpConnection http = new HttpConnection(target);
            return number -> ok(http.get(path));
        };
    }

    private static boolean ok(int status) {
        return status >= 200 && status < 300;
    }

    private String namespace() throws Exception {
        String name = "bench-" + RUN + "-" + namespaces.getAndIncrement();
        bench.call("POST", "/api/v1/namespaces", JSON, bytes("{\"metadata\":{\"name\":\"" + name + "\"}}"));
        return name;
    }

    private static String configMaps(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    private long revision(String path) throws Exception {
        String list = bench.call("GET", path + "?limit=1", "", new byte[0]);
        Matcher found = Pattern.compile("\"resourceVersion\":\"(\\d+)\"").matcher(list);
        if (!found.find()) {
            throw new IllegalStateException("a list without a resourceVersion");
        }
        return Long.parseLong(found.group(1));
    }

    private static byte[] configMap(String name, int size) {
        return bytes("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"k\":\"" + "v".repeat(size) + "\"}}");
    }

    private static byte[] timed(String name) {
        return bytes("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"t\":\"" + System.nanoTime() + "\"}}");
    }

    /** About 3.4 kB with what a server adds: ten annotations, two init containers, two containers. Not to be scheduled. */
    private static byte[] pod(int number) {
        StringBuilder text = new StringBuilder(3_000);
        text.append("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"pod-")
                .append(number);
        text.append("\",\"labels\":{\"app\":\"exemplar\"},\"annotations\":{");
        for (int i = 0; i < 10; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("\"example.com/annotation-")
                    .append(i)
                    .append("\":\"");
            text.append("value-".repeat(6)).append('"');
        }
        text.append(
                "}},\"spec\":{\"schedulerName\":\"none\",\"automountServiceAccountToken\":false,\"initContainers\":[");
        container(text, "first").append(',');
        container(text, "second").append("],\"containers\":[");
        container(text, "main").append(',');
        container(text, "side").append("]}}");
        return bytes(text.toString());
    }

    private static StringBuilder container(StringBuilder text, String name) {
        return text.append("{\"name\":\"")
                .append(name)
                .append("\",\"image\":\"registry.example.com/exemplar:1.0\",")
                .append(
                        "\"command\":[\"/bin/server\",\"--listen=0.0.0.0:8080\"],\"env\":[{\"name\":\"A\",\"value\":\"1\"},")
                .append(
                        "{\"name\":\"B\",\"value\":\"2\"}],\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"},")
                .append("\"limits\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"}}}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
