package io.coxswain.apiserver.request;

import java.io.IOException;

/** Bytes that come bit by bit, such as a followed log. */
public interface ByteSource extends AutoCloseable {
    /** Reads what there is without blocking: the count of bytes, 0 if none now, -1 at the end. */
    int read(byte[] buffer) throws IOException;

    /** Sets what to run when bytes came or the source ended; it must hand off and not block. Called at once if bytes wait already. */
    void onReady(Runnable listener);

    @Override
    void close();
}
