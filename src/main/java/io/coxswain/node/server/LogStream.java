package io.coxswain.node.server;

import java.io.IOException;

/** A container's log as it comes. Used by one reader at a time; never blocks. */
public interface LogStream extends AutoCloseable {

    /** Reads what there is: the count of bytes, 0 if there are none now, -1 at the end. */
    int read(byte[] buffer) throws IOException;

    /** Sets what to run when bytes came or the log ended; it must hand off. Called at once if bytes wait already. */
    void onReady(Runnable listener);

    @Override
    void close();
}
