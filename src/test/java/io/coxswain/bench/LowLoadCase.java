package io.coxswain.bench;

/** A4: few creates, on a server that has one core, or two. */
final class LowLoadCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        int most = session.server().ours() ? Runtime.getRuntime().availableProcessors() : 0;
        if (most == 0) {
            create(session, "cores as they are");
            return;
        }
        try {
            for (int cores = 1; cores <= Math.min(2, most); cores++) {
                session.server().limit(cores);
                create(session, "server on " + cores + (cores == 1 ? " core" : " cores"));
            }
        } finally {
            session.server().limit(most);
        }
    }

    private static void create(Session session, String cores) throws Exception {
        String path = session.configMaps();
        session.phase(
                "A4 create 500, 10 clients, " + cores,
                () -> Load.run(
                        10,
                        500,
                        60,
                        Requests.creators(session.target(), path, number -> Bodies.configMap("c" + number, 1024))));
    }
}
