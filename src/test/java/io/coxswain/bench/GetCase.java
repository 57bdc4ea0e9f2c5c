package io.coxswain.bench;

/** A7: one object again and again. The yardstick, a constant of its size, before and after. */
final class GetCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        session.call("POST", path, Bodies.JSON, Bodies.configMap("one", 1000));
        String constant = session.options().text("constant", "");
        if (constant.isEmpty()) {
            rate(session, "A7 get, 10 clients", path + "/one");
            return;
        }
        int bytes = session.call("GET", path + "/one", "", new byte[0]).length();
        String yardstick = constant + "?bytes=" + bytes;
        String name = "constant of " + bytes + " bytes, 10 clients";
        double before = rate(session, name, yardstick);
        double rate = rate(session, "A7 get, 10 clients", path + "/one");
        double after = rate(session, name, yardstick);
        session.goals().measured(Goal.GET, rate * 2 / (before + after));
    }

    private static double rate(Session session, String name, String path) throws Exception {
        Load.run(10, session.scaled(4_000), 4, Requests.getters(session.target(), path));
        return session.phase(name, () -> Load.run(10, Integer.MAX_VALUE, 4, Requests.getters(session.target(), path)))
                .rate();
    }
}
