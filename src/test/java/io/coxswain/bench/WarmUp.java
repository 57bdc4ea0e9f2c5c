package io.coxswain.bench;

/**
 * A compiler that has not seen the code yet would measure itself, and the last of what it compiles is compiled after some ten
 * thousand requests: the same for sizes of every scale.
 */
final class WarmUp {
    private WarmUp() {}

    static void run(Session session) throws Exception {
        Target target = session.target();
        String path = session.configMaps();
        int count = 30_000;
        Load.run(50, count, 40, Requests.creators(target, path, number -> Bodies.configMap("w" + number, 1024)));
        Load.run(10, count, 8, Requests.getters(target, path + "/w1"));
        Load.run(10, count, 20, Requests.each(target, index -> (http, number) -> {
            http.send("DELETE", path + "/w" + number, "", new byte[0]);
        }));
        session.empty();
    }
}
