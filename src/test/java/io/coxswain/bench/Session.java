package io.coxswain.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run: what is measured, and where the figures go. */
final class Session {
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
    private static final Pattern REVISION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");

    /** A collection is deleted object by object, each durably: 100,000 take some two minutes. */
    private static final int EMPTY_MILLIS = 600_000;

    private final Options options;
    private final Target target;
    private final ServerProcess server;
    private final double scale;
    private final Table table = new Table();
    private final Goals goals = new Goals();
    private final Usage idle;
    private final List<String> namespaces = new ArrayList<>();
    private int count;

    Session(Options options) throws Exception {
        this.options = options;
        target = Target.of(options.kubeconfig());
        server = ServerProcess.of(options, target);
        scale = options.number("scale", 1);
        idle = server.usage();
    }

    interface Phase {
        Load.Result run() throws Exception;
    }

    /** Measures one phase of a case. */
    Load.Result phase(String name, Phase work) throws Exception {
        Usage before = server.usage();
        Load.Result result = work.run();
        table.add(name, result, 0, before, server.usage());
        return result;
    }

    Options options() {
        return options;
    }

    Target target() {
        return target;
    }

    ServerProcess server() {
        return server;
    }

    Table table() {
        return table;
    }

    Goals goals() {
        return goals;
    }

    /** What the server used before anything was asked of it. */
    Usage idle() {
        return idle;
    }

    int scaled(int size) {
        return (int) Math.max(1, size / scale);
    }

    /** A new one, which {@link #empty} takes away. */
    String namespace() throws IOException {
        String name = "bench-" + RUN + "-" + count++;
        call("POST", "/api/v1/namespaces", Bodies.JSON, Bodies.namespace(name));
        namespaces.add(name);
        return name;
    }

    /** The collection's path in a new namespace. */
    String configMaps() throws IOException {
        return "/api/v1/namespaces/" + namespace() + "/configmaps";
    }

    /** The collection's path in a new namespace, as soon as that takes pods. */
    String pods() throws IOException, InterruptedException {
        String namespace = namespace();
        awaitAccount(namespace);
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    /** No pod is admitted into a namespace that has no such account yet. */
    void awaitAccount(String namespace) throws IOException, InterruptedException {
        String path = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default";
        for (int tries = 100; ; tries--) {
            try {
                call("GET", path, "", new byte[0]);
                return;
            } catch (IOException notYet) {
                if (tries == 0) {
                    throw notYet;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Deletes what the case has made, and waits for it: the next one is to find the server as this one found it. */
    void empty() throws IOException, InterruptedException {
        try (HttpConnection connection = new HttpConnection(target)) {
            connection.timeout(EMPTY_MILLIS);
            for (String name : namespaces) {
                delete(connection, "/apis/apps/v1/namespaces/" + name + "/deployments");
                delete(connection, "/api/v1/namespaces/" + name + "/configmaps");
                delete(connection, "/api/v1/namespaces/" + name + "/pods?gracePeriodSeconds=0");
                delete(connection, "/api/v1/namespaces/" + name);
            }
        }
        long end = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < end
                && !call("GET", "/api/v1/namespaces?fieldSelector=status.phase%3DTerminating", "", new byte[0])
                        .contains("\"items\":[]")) {
            Thread.sleep(100);
        }
        namespaces.clear();
    }

    private static void delete(HttpConnection connection, String path) throws IOException {
        connection.text("DELETE", path, "", new byte[0]);
    }

    /** One request on a connection of its own, which must go well. */
    String call(String method, String path, String type, byte[] body) throws IOException {
        try (HttpConnection connection = new HttpConnection(target)) {
            return connection.text(method, path, type, body);
        }
    }

    /** The collection's present revision. */
    long revision(String path) throws IOException {
        Matcher found = REVISION.matcher(call("GET", path + "?limit=1", "", new byte[0]));
        if (!found.find()) {
            throw new IOException("a list without a resourceVersion: " + path);
        }
        return Long.parseLong(found.group(1));
    }
}
