package io.coxswain.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hundred thousand objects: what an operation costs among them, what they weigh, and how long a start with them takes. */
final class SizeCase implements Case {
    private static final int FEW = 1_000;
    private static final int MANY = 100_000;
    private static final int CLIENTS = 10;
    private static final Pattern REMAINING = Pattern.compile("\"remainingItemCount\":(\\d+)");

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int many = session.scaled(MANY);
        fill(session, path, 0, FEW);
        operations(session, path, FEW, "warm-up, not to be read");
        Map<String, Double> few = operations(session, path, FEW, FEW + " objects");
        session.phase("fill up to " + many + ", 50 clients", () -> fill(session, path, FEW, many));
        long loaded = session.server().usage().residentMegabytes();
        Map<String, Double> much = operations(session, path, many, many + " objects");
        double worst = 0;
        for (Map.Entry<String, Double> one : much.entrySet()) {
            double ratio = one.getValue() / few.get(one.getKey());
            session.table().note(String.format("%s: %.2f times as long at %d objects", one.getKey(), ratio, many));
            worst = Math.max(worst, ratio);
        }
        session.goals().measured(Goal.FLAT, worst);
        if (session.server().ours()) {
            restart(session, path, many, loaded);
        }
    }

    private static void restart(Session session, String path, int many, long loaded) throws Exception {
        session.server().stop();
        double clean = session.server().start();
        long restarted = session.server().usage().residentMegabytes();
        session.server().kill();
        double killed = session.server().start();
        check(session.call("GET", path + "?limit=1", "", new byte[0]), many);
        long idle = session.idle().residentMegabytes();
        session.table()
                .note(String.format(
                        "resident, MB: idle %d, with %d objects %d, after a restart %d; ready after %.1f s, after kill -9 %.1f s",
                        idle, many, loaded, restarted, clean, killed));
        session.goals().measured(Goal.MEMORY, Math.max(loaded, restarted) - idle);
        session.goals().measured(Goal.RESTART, Math.max(clean, killed));
    }

    /** The root CA's ConfigMap may be there as well. */
    private static void check(String page, int many) {
        Matcher remaining = REMAINING.matcher(page);
        int there = remaining.find() ? 1 + Integer.parseInt(remaining.group(1)) : 0;
        if (there != many && there != many + 1) {
            throw new IllegalStateException(there + " objects after the restart, not " + many);
        }
    }

    /** Creates ConfigMaps of 1 KiB with 50 clients. */
    static Load.Result fill(Session session, String path, int from, int to) throws Exception {
        return Load.run(
                50,
                to - from,
                400,
                Requests.creators(session.target(), path, number -> Bodies.configMap("s" + (from + number), 1024)));
    }

    /** Milliseconds of a client that each kind of operation takes. What is created is deleted again. */
    private static Map<String, Double> operations(Session session, String path, int there, String when)
            throws Exception {
        Map<String, Double> cost = new LinkedHashMap<>();
        int some = session.scaled(4_000);
        cost.put(
                "create",
                cost(
                        session,
                        "create, " + when,
                        some,
                        (http, number) -> Requests.expect(
                                http, "POST", path, "", Bodies.JSON, Bodies.configMap("x" + number, 1024))));
        Load.run(
                CLIENTS,
                some,
                60,
                Requests.each(
                        session.target(),
                        index -> (http, number) ->
                                Requests.expect(http, "DELETE", path, "/x" + number, "", new byte[0])));
        cost.put(
                "get",
                cost(
                        session,
                        "get, " + when,
                        some * 2,
                        (http, number) -> Requests.expect(http, "GET", path, any(there), "", new byte[0])));
        cost.put(
                "patch",
                cost(
                        session,
                        "patch, " + when,
                        some,
                        (http, number) ->
                                Requests.expect(http, "PATCH", path, any(there), Bodies.MERGE, Bodies.change())));
        cost.put(
                "page",
                cost(
                        session,
                        "page of 100, " + when,
                        some / 4,
                        (http, number) -> Requests.expect(http, "GET", path, "?limit=100", "", new byte[0])));
        return cost;
    }

    private static String any(int there) {
        return "/s" + ThreadLocalRandom.current().nextInt(there);
    }

    private static double cost(Session session, String name, int count, Requests.Work work) throws Exception {
        Load.Result result = session.phase(
                name + ", " + CLIENTS + " clients",
                () -> Load.run(CLIENTS, count, 30, Requests.each(session.target(), index -> work)));
        return CLIENTS * 1000 / result.rate();
    }
}
