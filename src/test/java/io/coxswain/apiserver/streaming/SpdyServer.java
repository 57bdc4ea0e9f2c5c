package io.coxswain.apiserver.streaming;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A node's streaming server as far as SPDY goes, driven frame by frame by a test. */
final class SpdyServer {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Inflater inflater = new Inflater();

    /** A stream that the client opened, or data it sent: {@code headers} is empty for data. */
    record Frame(int stream, Map<String, String> headers, byte[] data, boolean fin) {
        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    SpdyServer(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    Frame read() throws IOException {
        int head = in.readInt();
        int flagsAndLength = in.readInt();
        byte[] payload = in.readNBytes(flagsAndLength & 0xFFFFFF);
        boolean fin = (flagsAndLength >>> 24 & 1) == 1;
        if (head >= 0) {
            return new Frame(head, Map.of(), payload, fin);
        }
        if (head != 0x80030001) {
            throw new IOException("an unexpected frame " + Integer.toHexString(head));
        }
        DataInputStream frame = new DataInputStream(new ByteArrayInputStream(payload));
        int stream = frame.readInt();
        frame.skipNBytes(6);
        return new Frame(stream, headers(frame.readAllBytes()), new byte[0], fin);
    }

    private Map<String, String> headers(byte[] packed) throws IOException {
        byte[] plain = new byte[4096];
        int length;
        try {
            inflater.setInput(packed);
            length = inflater.inflate(plain);
            if (inflater.needsDictionary()) {
                inflater.setDictionary(SpdyDictionary.BYTES);
                length = inflater.inflate(plain);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
        DataInputStream text = new DataInputStream(new ByteArrayInputStream(plain, 0, length));
        Map<String, String> headers = new LinkedHashMap<>();
        for (int count = text.readInt(); count > 0; count--) {
            String name = new String(text.readNBytes(text.readInt()), StandardCharsets.UTF_8);
            headers.put(name, new String(text.readNBytes(text.readInt()), StandardCharsets.UTF_8));
        }
        return headers;
    }

    void data(int stream, String text, boolean fin) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(stream);
        out.writeInt((fin ? 1 << 24 : 0) | bytes.length);
        out.write(bytes);
        out.flush();
    }

    void control(int type, int flags, int... words) throws IOException {
        out.writeInt(0x80030000 | type);
        out.writeInt(flags << 24 | words.length * 4);
        for (int word : words) {
            out.writeInt(word);
        }
        out.flush();
    }

    void reply(int stream) throws IOException {
        control(2, 0, stream);
    }

    void reset(int stream) throws IOException {
        control(3, 0, stream, 5);
    }

    void close() throws IOException {
        out.close();
        in.close();
    }
}
