package io.coxswain.bench;

import java.util.concurrent.locks.LockSupport;

/** Objects that are created one after the other at a steady pace. */
record Pace(int perSecond, int count) {
    private static final int SECONDS_MORE = 120;

    /** Returns the time from each request to what came of it, as a watch tells. */
    Load.Result create(Session session, int clients, String collection, Bodies.Body body, Arrivals effects)
            throws InterruptedException {
        long[] sent = new long[count];
        long begun = System.nanoTime();
        Load.Clients creators = Requests.each(session.target(), index -> (http, number) -> {
            long due = begun + number * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            sent[number] = System.nanoTime();
            Requests.expect(http, "POST", collection, "", Bodies.JSON, body.of(number));
        });
        Load.Result created = Load.run(clients, count, count / perSecond + SECONDS_MORE, creators);
        return effects.await(begun, sent, created, SECONDS_MORE);
    }
}
