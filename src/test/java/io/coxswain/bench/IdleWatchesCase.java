package io.coxswain.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Watches that nothing happens to: what they cost while they wait, and whether each still hears of a change then. First as streams
 * of HTTP/2, then with a connection each; what a connection costs without a watch is measured as well.
 */
final class IdleWatchesCase implements Case {
    private static final int OPENERS = 8;

    /** @param events nothing if the connection has no watch */
    private record Idle(HttpConnection connection, InputStream events) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    private interface Opener {
        InputStream open(HttpConnection connection) throws IOException;
    }

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(5_000);
        Memory before = Memory.of(session);
        http2(session, path, count, before);
        connections(session, count, before);
        watches(session, path, count, before);
    }

    private static void http2(Session session, String path, int count, Memory before) throws Exception {
        String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
        try (Http2Watches watches = new Http2Watches(session.target(), watch, count)) {
            before.compare(session, "an idle watch, a stream of HTTP/2", watches.count())
                    .ifPresent(kibibytes -> session.goals().measured(Goal.IDLE_STREAM, kibibytes));
            session.call("POST", path, Bodies.JSON, Bodies.timed("http2"));
            session.table().note(watches.hearing() + " of " + count + " watches over HTTP/2 heard of the change");
        }
    }

    private static void connections(Session session, int count, Memory before) throws Exception {
        List<Idle> open = open(session, count, "connections that asked once", connection -> {
            connection.get("/version");
            return InputStream.nullInputStream();
        });
        try {
            before.compare(session, "an idle connection without a watch", open.size());
        } finally {
            closeAll(open);
        }
    }

    private static void watches(Session session, String path, int count, Memory before) throws Exception {
        String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
        List<Idle> open = open(session, count, "watches", connection -> connection.stream(watch));
        try {
            before.compare(session, "an idle watch with a connection of its own", open.size())
                    .ifPresent(kibibytes -> session.goals().measured(Goal.IDLE_WATCH, kibibytes));
            session.call("POST", path, Bodies.JSON, Bodies.timed("http1"));
            long heard = open.stream().filter(IdleWatchesCase::hears).count();
            session.table().note(heard + " of " + count + " watches heard of the change");
            session.goals().measured(Goal.IDLE_OPEN, heard * 5_000.0 / count);
        } finally {
            closeAll(open);
        }
    }

    private static List<Idle> open(Session session, int count, String what, Opener opener) throws Exception {
        List<Idle> open = Collections.synchronizedList(new ArrayList<>());
        session.phase(
                "open " + count + " " + what + ", " + OPENERS + " clients",
                () -> Load.run(OPENERS, count, 180, index -> number -> {
                    HttpConnection connection = new HttpConnection(session.target());
                    open.add(new Idle(connection, opener.open(connection)));
                }));
        return open;
    }

    private static void closeAll(List<Idle> open) throws IOException {
        for (Idle one : open) {
            one.close();
        }
    }

    private static boolean hears(Idle idle) {
        try {
            idle.connection.timeout(20_000);
            byte[] buffer = new byte[512];
            return idle.events.read(buffer, 0, buffer.length) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What the server holds at one moment: its live heap where it is a JVM within reach, and its resident size. */
    private record Memory(OptionalLong heap, Usage usage) {
        private static Memory of(Session session) throws Exception {
            Thread.sleep(1_000); // what the last requests left behind is then old enough to be let go
            return new Memory(session.server().liveHeap(), session.server().usage());
        }

        /** @return KiB that each of so many costs: live heap, or what the process grew by if that cannot be seen */
        private Optional<Double> compare(Session session, String what, int count) throws Exception {
            if (!session.server().known()) {
                return Optional.empty();
            }
            Memory now = of(session);
            double grown = (now.usage.residentMegabytes() - usage.residentMegabytes()) * 1024.0 / count;
            if (heap.isEmpty() || now.heap.isEmpty()) {
                session.table().note(String.format("%s: resident size grew by %.1f KiB each", what, grown));
                return Optional.of(grown);
            }
            double live = (now.heap.getAsLong() - heap.getAsLong()) / 1024.0 / count;
            session.table()
                    .note(String.format(
                            "%s: %.1f KiB of live heap; resident size grew by %.1f KiB each", what, live, grown));
            return Optional.of(live);
        }
    }
}
