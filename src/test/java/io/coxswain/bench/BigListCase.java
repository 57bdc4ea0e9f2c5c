package io.coxswain.bench;

/** A8: a list of large objects in each of the media types. */
final class BigListCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(200);
        Load.run(
                4,
                count,
                60,
                Requests.creators(session.target(), path, number -> Bodies.configMap("b" + number, 100_000)));
        list(session, count, path, "JSON", "application/json");
        list(session, count, path, "protobuf", "application/vnd.kubernetes.protobuf");
        list(session, count, path, "YAML", "application/yaml");
        list(session, count, path, "table", "application/json;as=Table;v=v1;g=meta.k8s.io");
    }

    private static void list(Session session, int count, String path, String name, String type) throws Exception {
        Load.Clients lister = index -> {
            HttpConnection http = new HttpConnection(session.target(), type);
            return new Load.Client() {
                @Override
                public void once(int number) throws Exception {
                    Requests.expect(http, "GET", path, "?resourceVersion=0", "", new byte[0]);
                }

                @Override
                public void close() throws Exception {
                    http.close();
                }
            };
        };
        session.phase("A8 list of " + count + " x 100 kB as " + name + ", 1 client", () -> Load.run(1, 30, 5, lister));
    }
}
