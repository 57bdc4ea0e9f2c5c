package io.coxswain.bench;

/** A2: lists all that A1 makes, whole and in pages. */
final class ListCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(10_000);
        Load.run(
                20,
                count,
                60,
                Requests.creators(session.target(), path, number -> Bodies.configMap("c" + number, 1024)));
        session.phase(
                "A2 list of " + count + ", 10 clients",
                () -> Load.run(10, 100, 10, Requests.getters(session.target(), path)));
        session.phase(
                "A2 page of 500, 10 clients",
                () -> Load.run(10, 2_000, 10, Requests.getters(session.target(), path + "?limit=500")));
    }
}
