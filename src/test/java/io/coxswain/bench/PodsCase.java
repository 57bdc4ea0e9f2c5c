package io.coxswain.bench;

/** A10: exemplar pods, made and listed. The yardstick is a constant of the list's size, before and after. */
final class PodsCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.pods();
        int count = session.scaled(5_000);
        session.phase(
                "A10 create " + count + " pods, 20 clients",
                () -> Load.run(20, count, 120, Requests.creators(session.target(), path, Bodies::pod)));
        long bytes;
        try (HttpConnection http = new HttpConnection(session.target())) {
            http.get(path);
            bytes = http.length();
        }
        String constant = session.options().text("constant", "");
        String name = "A10 list of " + count + " pods, " + bytes / 1_000_000 + " MB, 2 clients";
        if (constant.isEmpty()) {
            rate(session, name, path);
            return;
        }
        String yardstick = constant + "?bytes=" + bytes;
        double before = rate(session, "constant of that size, 2 clients", yardstick);
        double rate = rate(session, name, path);
        double after = rate(session, "constant of that size, 2 clients", yardstick);
        session.goals().measured(Goal.LIST, rate * 2 / (before + after));
    }

    private static double rate(Session session, String name, String path) throws Exception {
        Load.run(2, 10, 5, Requests.getters(session.target(), path));
        return session.phase(name, () -> Load.run(2, Integer.MAX_VALUE, 6, Requests.getters(session.target(), path)))
                .rate();
    }
}
