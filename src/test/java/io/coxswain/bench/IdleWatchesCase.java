package io.coxswain.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/** Watches that nothing happens to: what they cost while they wait, and whether each still hears of a change then. */
final class IdleWatchesCase implements Case {
    private static final int OPENERS = 8;

    /** @param connection to close */
    private record Idle(HttpConnection connection, InputStream events) {}

    @Override
    public void run(Session session) throws Exception {
        String path = session.configMaps();
        int count = session.scaled(5_000);
        String watch = path + "?watch=true&resourceVersion=" + session.revision(path);
        OptionalLong heapBefore = session.server().liveHeap();
        Usage before = session.server().usage();
        List<Idle> open = Collections.synchronizedList(new ArrayList<>());
        try {
            Load.Result opened = session.phase(
                    "open " + count + " watches, " + OPENERS + " clients",
                    () -> Load.run(OPENERS, count, 180, index -> number -> {
                        HttpConnection connection = new HttpConnection(session.target());
                        open.add(new Idle(connection, connection.stream(watch)));
                    }));
            Thread.sleep(2_000); // what the handshakes left behind is then old enough to be let go
            OptionalLong heap = session.server().liveHeap();
            Usage after = session.server().usage();
            memory(session, open.size(), heapBefore, heap, before, after);
            session.call("POST", path, Bodies.JSON, Bodies.timed("first"));
            long heard = open.stream().filter(IdleWatchesCase::hears).count();
            session.table().note(heard + " of " + count + " watches are open and heard of the change");
            session.goals().measured(Goal.IDLE_OPEN, heard * 5_000.0 / count);
            if (opened.errors() > 0) {
                session.table().note(opened.errors() + " did not open: " + opened.firstError());
            }
        } finally {
            for (Idle one : open) {
                one.connection.close();
            }
        }
    }

    /** Live heap where the server is a JVM within reach, and what else the process grew by; else its resident size alone. */
    private static void memory(
            Session session, int open, OptionalLong heapBefore, OptionalLong heap, Usage before, Usage after) {
        double resident = (after.residentMegabytes() - before.residentMegabytes()) * 1024.0 / open;
        if (heap.isEmpty() || heapBefore.isEmpty()) {
            if (session.server().known()) {
                session.goals().measured(Goal.IDLE_WATCH, resident);
            }
            return;
        }
        double live = (heap.getAsLong() - heapBefore.getAsLong()) / 1024.0 / open;
        session.table()
                .note(String.format(
                        "an idle watch with its TLS connection: %.1f KiB of live heap; resident size grew by %.1f KiB each",
                        live, resident));
        session.goals().measured(Goal.IDLE_WATCH, live);
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
}
