package io.coxswain.bench;

import java.util.Random;

/** A6: creates, replaces, deletes with a precondition, and lists, that race on a hundred names. */
final class MixCase implements Case {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        session.phase(
                "A6 mix on 100 names, 4 clients",
                () -> Load.run(4, session.scaled(4_000), 60, Requests.each(session.target(), index -> {
                    Random random = new Random(index);
                    return (http, number) -> mixed(http, path, random);
                })));
    }

    private static void mixed(HttpConnection http, String path, Random random) throws Exception {
        String name = "m" + random.nextInt(100);
        int dice = random.nextInt(10);
        if (dice < 2) {
            byte[] body = Bodies.configMap(name, 256 + random.nextInt(3840));
            check("POST", http.send("POST", path, Bodies.JSON, body));
        } else if (dice < 7) {
            byte[] body = Bodies.configMap(name, 256 + random.nextInt(3840));
            check("PUT", http.send("PUT", path + "/" + name, Bodies.JSON, body));
        } else if (dice < 9) {
            delete(http, path + "/" + name);
        } else {
            check("GET", http.get(path));
        }
    }

    /** Only what was just read may be deleted. */
    private static void delete(HttpConnection http, String path) throws Exception {
        String found = http.textOrNothing("GET", path);
        int at = found.indexOf("\"resourceVersion\":\"");
        if (at >= 0) {
            String revision = found.substring(at + 19, found.indexOf('"', at + 19));
            String body = "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"resourceVersion\":\""
                    + revision + "\"}}";
            check(
                    "DELETE",
                    http.send("DELETE", path, Bodies.JSON, body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } else {
            check("DELETE", http.send("DELETE", path, "", NOTHING));
        }
    }

    /** A server without fault may say in such a race that a thing is there, is gone or has changed. */
    private static void check(String request, int status) throws Requests.Refused {
        if (status >= 300 && status != 404 && status != 409) {
            throw new Requests.Refused(request, status);
        }
    }
}
