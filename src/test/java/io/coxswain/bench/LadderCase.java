package io.coxswain.bench;

/** A5: a collection of tiny ConfigMaps that doubles; what a create and a list cost on each rung. */
final class LadderCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int there = 0;
        for (int size = 1_000; size <= 16_000; size *= 2) {
            int from = there;
            int to = session.scaled(size);
            session.phase(
                    "A5 create up to " + to + ", 10 clients",
                    () -> Load.run(
                            10,
                            to - from,
                            60,
                            Requests.creators(
                                    session.target(), path, number -> Bodies.configMap("c" + (from + number), 4))));
            session.phase(
                    "A5 list of " + to + ", 1 client",
                    () -> Load.run(1, 20, 10, Requests.getters(session.target(), path)));
            there = to;
        }
    }
}
