package io.coxswain.apiserver.streaming;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a WebSocket client sends and sees, in bytes. */
final class ClientFrames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A frame as the server sent it. */
    record Frame(int opcode, byte[] payload) {}

    ClientFrames frame(int opcode, byte[] payload) {
        return frame(true, opcode, payload);
    }

    ClientFrames frame(boolean last, int opcode, byte[] payload) {
        byte[] mask = {1, 2, 3, (byte) 0xF4};
        bytes.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            bytes.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            bytes.write(0x80 | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        } else {
            bytes.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes.write((int) ((long) payload.length >> shift));
            }
        }
        bytes.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ mask[i & 3]);
        }
        return this;
    }

    ClientFrames close() {
        return frame(CLOSE, new byte[] {3, (byte) 0xE8});
    }

    ClientFrames raw(int... more) {
        for (int each : more) {
            bytes.write(each);
        }
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The frames that a server wrote. */
    static List<Frame> parse(byte[] written) throws IOException {
        List<Frame> frames = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written));
        while (in.available() > 0) {
            frames.add(read(in));
        }
        return frames;
    }

    static Frame read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(first & 0x0F, in.readNBytes((int) length));
    }
}
