package io.coxswain.bench;

import java.util.List;

/** A3: ConfigMaps that are created, updated twice and deleted, under 25 watches. */
final class ChurnCase implements Case {
    private static final int WATCHES = 25;
    private static final int LIFE = 4;

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(10_000) * LIFE;
        String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
        try (Watchers watchers = new Watchers(session.target(), watch, WATCHES)) {
            Usage before = session.server().usage();
            long begun = System.nanoTime();
            Load.Result writes = session.phase(
                    "A3 create, patch, patch, delete, 50 clients",
                    () -> Load.run(50, count, 300, Requests.each(session.target(), index -> new Life(path, index))));
            watchers.await(writes.durations().length);
            double seconds = (System.nanoTime() - begun) / 1e9;
            List<Watcher.Seen> seen = watchers.seen();
            Delivery delivery = Delivery.of(seen, writes.durations().length);
            Load.Result lag = new Load.Result(
                    Delivery.lags(seen),
                    seconds,
                    delivery.disordered() + watchers.broken(),
                    watchers.broken() + " watches ended, " + delivery.disordered() + " events out of order");
            Load.Result shown = lag.errors() == 0 ? new Load.Result(lag.durations(), seconds, 0, "") : lag;
            session.table()
                    .add(
                            "A3 events at 25 watches but deletions (lag)",
                            shown,
                            delivery.lost(),
                            before,
                            session.server().usage());
            session.goals().measured(Goal.CHURN_DELIVERY, delivery.lost() + lag.errors());
            session.goals().measured(Goal.CHURN_LAG, lag.millis(0.99));
        }
    }

    /** One object after the other, each of the client's own. */
    private static final class Life implements Requests.Work {
        private final String path;
        private final int client;
        private int turn;

        private Life(String path, int client) {
            this.path = path;
            this.client = client;
        }

        @Override
        public void once(HttpConnection http, int number) throws Exception {
            String name = "c" + client + "-" + turn / LIFE;
            int step = turn++ % LIFE;
            if (step == 0) {
                Requests.expect(http, "POST", path, "", Bodies.JSON, Bodies.timed(name));
            } else if (step < LIFE - 1) {
                Requests.expect(http, "PATCH", path, "/" + name, Bodies.MERGE, Bodies.timed(name));
            } else {
                Requests.expect(http, "DELETE", path, "/" + name, "", new byte[0]);
            }
        }
    }
}
