package io.coxswain.bench;

/** A1: clients that create ConfigMaps of 1 KiB. The yardstick before and after, since a machine's disk has moods. */
final class CreateCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String etcd = session.options().text("etcd", "");
        for (int clients : new int[] {10, 50, 200, 1000}) {
            boolean compared = clients == 50 && !etcd.isEmpty();
            double puts = compared ? puts(session, etcd) : 0;
            Load.Result created = create(session, clients);
            if (compared) {
                puts = (puts + puts(session, etcd)) / 2;
                session.goals()
                        .measured(
                                session.options().postgresql() ? Goal.CREATE_POSTGRESQL : Goal.CREATE_H2,
                                created.rate() / puts);
            }
            if (clients == 1000) {
                session.goals().measured(Goal.ERRORS, created.errors());
            }
        }
    }

    private static double puts(Session session, String etcd) throws Exception {
        EtcdPuts.run(etcd, 50, 2_000, 3, 1024);
        return session.phase("etcd puts, 50 clients", () -> EtcdPuts.run(etcd, 50, Integer.MAX_VALUE, 4, 1024))
                .rate();
    }

    private static Load.Result create(Session session, int clients) throws Exception {
        String path = session.configMaps();
        return session.phase(
                "A1 create, " + clients + " clients",
                () -> Load.run(
                        clients,
                        session.scaled(10_000),
                        30,
                        Requests.creators(session.target(), path, number -> Bodies.configMap("c" + number, 1024))));
    }
}
