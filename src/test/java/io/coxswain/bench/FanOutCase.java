package io.coxswain.bench;

import java.util.List;

/** A11: many watchers of a collection in which an object changes so many times a second, whoever is slow. */
final class FanOutCase implements Case {
    private static final int SECONDS = 10;
    private static final int WRITERS = 4;

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        for (int i = 0; i < WRITERS; i++) {
            session.call("POST", path, Bodies.JSON, Bodies.timed("f" + i));
        }
        int watches = session.scaled(1_000);
        for (int perSecond : new int[] {10, 100}) {
            String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
            try (Watchers watchers = new Watchers(session.target(), watch, watches)) {
                fanOut(session, watchers, watches, perSecond, path);
            }
        }
    }

    private static void fanOut(Session session, Watchers watchers, int watches, int perSecond, String path)
            throws Exception {
        Usage before = session.server().usage();
        long begun = System.nanoTime();
        Load.Result writes =
                Load.run(WRITERS, perSecond * SECONDS, 60, Requests.each(session.target(), index -> (http, number) -> {
                    long wait = begun + number * 1_000_000_000L / perSecond - System.nanoTime();
                    if (wait > 0) {
                        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                    }
                    String name = "f" + index; // writers that race for one object would be another shape
                    Requests.expect(http, "PATCH", path, "/" + name, Bodies.MERGE, Bodies.timed(name));
                }));
        watchers.await(writes.durations().length);
        double seconds = (System.nanoTime() - begun) / 1e9;
        List<Watcher.Seen> seen = watchers.seen();
        Delivery delivery = Delivery.of(seen, writes.durations().length);
        long faults = writes.errors() + delivery.disordered() + watchers.broken();
        String words = faults == 0
                ? ""
                : watchers.broken() + " watches ended, " + delivery.disordered() + " events out of order, "
                        + writes.errors() + " writes failed " + writes.firstError();
        String name = "A11 " + watches + " watches, " + perSecond + " changes/s";
        Usage after = session.server().usage();
        Load.Result all = new Load.Result(Delivery.lags(seen), seconds, faults, words);
        Load.Result last = new Load.Result(Delivery.lastLags(seen), seconds, 0, "");
        session.table().add(name + ": events (lag)", all, delivery.lost(), before, after);
        session.table().add(name + ": changes (lag of the last watcher)", last, 0, before, after);
        if (perSecond == 100) {
            session.goals().measured(Goal.FAN_OUT_DELIVERY, delivery.lost() + faults);
            session.goals().measured(Goal.FAN_OUT_LAG, last.millis(0.99));
        }
    }
}
