package io.coxswain.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kills the server with SIGKILL while 50 clients create ConfigMaps of 1 KiB over TLS, starts it again, and compares what it had
 * acknowledged or shown to a watch with what it has: {@code --rounds N} times (20) on one database, at moments of a
 * {@code --seed}. Ends with an exception if something was lost or a revision repeated.
 */
final class KillRounds {
    private static final int CLIENTS = 50;
    private static final int LEAST_MILLIS = 300;
    private static final int MOST_MILLIS = 3_000;
    private static final int PAGE = 1_000;
    private static final String MARK = "kill-";

    private static final Pattern METADATA = Pattern.compile("\"metadata\":\\{");
    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]+)\"");
    private static final Pattern UID = Pattern.compile("\"uid\":\"([^\"]+)\"");
    private static final Pattern REVISION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");
    private static final Pattern CONTINUE = Pattern.compile("\"continue\":\"([^\"]+)\"");

    private final Session session;
    private final Ledger ledger = new Ledger();
    private final Random random;
    private final String path;

    private KillRounds(Session session, long seed) throws IOException {
        this.session = session;
        random = new Random(seed);
        path = session.configMaps();
    }

    static void run(Options options) throws Exception {
        Session session = new Session(options);
        if (!session.server().ours()) {
            throw new IllegalArgumentException("'kill' needs a server of its own: leave --kubeconfig out");
        }
        long seed = (long) options.number("seed", 1);
        int rounds = (int) options.number("rounds", 20);
        System.out.printf(
                "%n%s; %s; %d clients create, seed %d%n%n",
                Table.machine(), options.text("durability", ""), CLIENTS, seed);
        System.out.println(
                "| round | killed after ms | acknowledged | there in all | lost or repeated | ready after s |");
        System.out.println("|---|---|---|---|---|---|");
        KillRounds kills = new KillRounds(session, seed);
        int faults = 0;
        for (int round = 1; round <= rounds; round++) {
            faults += kills.round();
        }
        System.out.printf("%n%d rounds, %,d objects, %d lost or repeated.%n", rounds, kills.ledger.size(), faults);
        if (faults > 0) {
            throw new IllegalStateException(faults + " objects were lost or revisions repeated");
        }
    }

    private int round() throws Exception {
        ledger.nextLife();
        int millis = LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS);
        String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
        try (HttpConnection watcher = new HttpConnection(session.target())) {
            Thread watching = watch(watcher, watch);
            Thread load = new Thread(this::create, "load");
            load.start();
            while (ledger.acknowledgedNow() == 0 && load.isAlive()) { // connections are made first
                Thread.sleep(1);
            }
            Thread.sleep(millis);
            session.server().kill();
            load.join();
            watching.join();
        }
        double ready = session.server().start();
        List<Ledger.Entry> listed = new ArrayList<>();
        Ledger.Verdict verdict = ledger.compare(listed, list(listed));
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %,d | %,d | %d | %.1f |%n",
                ledger.round(),
                millis,
                verdict.acknowledged(),
                listed.size(),
                verdict.faults().size(),
                ready);
        verdict.faults().stream().limit(10).forEach(session.table()::note);
        if (verdict.acknowledged() == 0) {
            throw new IllegalStateException("nothing was acknowledged before the kill");
        }
        return verdict.faults().size();
    }

    /** Until every connection is broken. */
    private void create() {
        try {
            Load.run(CLIENTS, Integer.MAX_VALUE, 60, index -> {
                HttpConnection http = new HttpConnection(session.target());
                return new Load.Client() {
                    @Override
                    public void once(int number) throws Exception {
                        String name = MARK + ledger.round() + "-" + number;
                        Ledger.Entry entry = entry(http.text("POST", path, Bodies.JSON, Bodies.configMap(name, 1024)));
                        if (!entry.name().equals(name)) {
                            throw new IllegalStateException(name + " was answered with " + entry);
                        }
                        ledger.acknowledged(entry);
                    }

                    @Override
                    public void close() throws Exception {
                        http.close();
                    }
                };
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever a watch shows must outlive the server as well. */
    private Thread watch(HttpConnection connection, String watch) {
        Thread thread = new Thread(
                () -> {
                    try (var lines = new BufferedReader(
                            new InputStreamReader(connection.stream(watch), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (line.endsWith("}") && first(NAME, line).startsWith(MARK)) {
                                ledger.said(entry(line));
                            }
                        }
                    } catch (IOException killed) {
                        // as it should be
                    }
                },
                "watch");
        thread.start();
        return thread;
    }

    /** @return the list's revision */
    private long list(List<Ledger.Entry> into) throws IOException {
        String next = "";
        long revision;
        do {
            String page = session.call("GET", path + "?limit=" + PAGE + next, "", new byte[0]);
            String[] parts = METADATA.split(page); // the list's own comes first or last, but has no name
            revision = 0;
            next = "";
            for (int i = 1; i < parts.length; i++) {
                if (first(NAME, parts[i]).isEmpty()) {
                    revision = Long.parseLong(first(REVISION, parts[i]));
                    next = first(CONTINUE, parts[i]);
                } else if (first(NAME, parts[i]).startsWith(MARK)) { // the root CA's ConfigMap is a controller's
                    into.add(entry(parts[i]));
                }
            }
            if (revision == 0) {
                throw new IOException("a list without a revision: " + page.substring(0, Math.min(200, page.length())));
            }
            next = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        } while (!next.isEmpty());
        return revision;
    }

    /** Of an object as this program makes them: its data holds none of the words. */
    private static Ledger.Entry entry(String object) throws IOException {
        String revision = first(REVISION, object);
        String uid = first(UID, object);
        if (revision.isEmpty() || uid.isEmpty()) {
            throw new IOException("no object: " + object.substring(0, Math.min(300, object.length())));
        }
        return new Ledger.Entry(first(NAME, object), uid, Long.parseLong(revision));
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }
}
