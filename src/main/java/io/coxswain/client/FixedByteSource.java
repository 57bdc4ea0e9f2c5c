package io.coxswain.client;

import io.coxswain.apiserver.request.ByteSource;

/** Bytes that are all there. */
final class FixedByteSource implements ByteSource {
    private final byte[] bytes;
    private int position;

    FixedByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public synchronized int read(byte[] buffer) {
        if (position == bytes.length) {
            return -1;
        }
        int count = Math.min(buffer.length, bytes.length - position);
        System.arraycopy(bytes, position, buffer, 0, count);
        position += count;
        return count;
    }

    @Override
    public void onReady(Runnable listener) {
        listener.run();
    }

    @Override
    public void close() {}
}
