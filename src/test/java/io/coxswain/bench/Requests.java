package io.coxswain.bench;

import java.io.IOException;
import java.util.function.IntFunction;

/** A client of {@link Load} with a connection of its own. */
final class Requests implements Load.Client {
    private final HttpConnection connection;
    private final Work work;

    /** One turn of a client. */
    interface Work {
        void once(HttpConnection connection, int number) throws Exception;
    }

    /** An answer that is not success. Has no stack trace, since there may be many. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String request, int status) {
            super(request + " -> " + status);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private Requests(HttpConnection connection, Work work) {
        this.connection = connection;
        this.work = work;
    }

    /** Each client does the same work; what it must remember belongs into {@code works}' result. */
    static Load.Clients each(Target target, IntFunction<Work> works) {
        return index -> new Requests(new HttpConnection(target), works.apply(index));
    }

    static Load.Clients creators(Target target, String path, Bodies.Body body) {
        return each(target, index -> (http, number) -> expect(http, "POST", path, "", Bodies.JSON, body.of(number)));
    }

    static Load.Clients getters(Target target, String path) {
        return each(target, index -> (http, number) -> expect(http, "GET", path, "", "", new byte[0]));
    }

    static void expect(HttpConnection http, String method, String path, String name, String type, byte[] body)
            throws IOException {
        int status = http.send(method, path + name, type, body);
        if (status < 200 || status >= 300) {
            throw new Refused(method + " " + path + name, status);
        }
    }

    @Override
    public void once(int number) throws Exception {
        work.once(connection, number);
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
