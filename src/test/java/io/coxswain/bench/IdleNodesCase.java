package io.coxswain.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A15: simulated nodes that renew their leases every ten seconds, with pods that nothing happens to. A minute of it shows what they
 * cost; {@code --minutes 60} also shows whether the database finds an end of growing: leases alone are 126,000 writes in that time.
 */
final class IdleNodesCase implements Case {
    private static final int SETTLE_SECONDS = 45;
    private static final int MINUTE = 60;

    /** History is kept for ten minutes, so a third of that time is long enough to have dropped what came before it. */
    private static final int ENOUGH_MINUTES = 60;

    private static final int SHOWN_EVERY = 5;

    @Override
    public void run(Session session) throws Exception {
        int nodes = session.scaled(350);
        int pods = session.scaled(3_500);
        try (SimulatedPool pool = SimulatedPool.of(session, nodes)) {
            session.phase(
                    "A15 " + pods + " pods on " + nodes + " nodes, until all are Available",
                    () -> new SimulatedDeployment(session, pods).create());
            Thread.sleep(SETTLE_SECONDS * 1000L);
            if (session.server().known()) {
                watch(session, nodes + " idle simulated nodes and " + pods + " pods");
            }
            session.empty();
        }
    }

    private static void watch(Session session, String what) throws Exception {
        int minutes = (int) session.options().number("minutes", 1);
        List<Long> database = new ArrayList<>(List.of(session.server().databaseMegabytes()));
        Usage before = session.server().usage();
        Usage after = before;
        long resident = 0;
        for (int minute = 1; minute <= minutes; minute++) {
            Thread.sleep(MINUTE * 1000L);
            after = session.server().usage();
            resident = Math.max(resident, after.residentMegabytes());
            database.add(session.server().databaseMegabytes());
            if (minute % SHOWN_EVERY == 0) {
                System.err.printf(
                        "  minute %d: %d MB resident, database %d MB%n",
                        minute, after.residentMegabytes(), database.get(minute));
            }
        }
        double part = (after.cpuSeconds() - before.cpuSeconds()) / (minutes * MINUTE) * 100;
        session.table()
                .note(String.format(
                        Locale.ROOT,
                        "%s: %.1f %% of a core over %d s, at most %d MB resident",
                        what,
                        part,
                        minutes * MINUTE,
                        resident));
        session.goals().measured(Goal.IDLE_NODES_CPU, part);
        session.goals().measured(Goal.IDLE_NODES_MEMORY, resident);
        if (minutes >= ENOUGH_MINUTES) {
            growth(session, database);
        }
    }

    /** @param database MB at the beginning and after each minute */
    private static void growth(Session session, List<Long> database) {
        int third = database.size() / 3;
        long middle = largest(database.subList(third, 2 * third));
        long last = largest(database.subList(2 * third, database.size()));
        session.table()
                .note("the database, MB every " + SHOWN_EVERY + " minutes: "
                        + IntStream.range(0, database.size())
                                .filter(minute -> minute % SHOWN_EVERY == 0)
                                .mapToObj(minute -> database.get(minute).toString())
                                .collect(Collectors.joining(", "))
                        + "; at most " + middle + " in the second third, " + last + " in the last");
        session.goals().measured(Goal.IDLE_NODES_DATABASE, (double) last / middle);
    }

    private static long largest(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
    }
}
