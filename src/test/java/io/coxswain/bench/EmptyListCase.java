package io.coxswain.bench;

/** A9: a list that looks at much and finds nothing. */
final class EmptyListCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(30_000);
        Load.run(
                20,
                count,
                90,
                Requests.creators(session.target(), path, number -> Bodies.configMap("e" + number, 1024)));
        session.phase(
                "A9 list of none of " + count + ", 1 client",
                () -> Load.run(1, 200, 10, Requests.getters(session.target(), path + "?labelSelector=none%3Dsuch")));
    }
}
