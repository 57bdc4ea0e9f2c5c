package io.coxswain.apiserver.streaming;

import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exec and attach: the channels of a WebSocket as the SPDY streams of a node, as upstream's {@code StreamTranslator}. A
 * node's own WebSocket could not close stdin alone, so that {@code cat} would never end.
 */
public final class RemoteCommandSession extends NodeSession {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int MAX_STATUS = 64 * 1024;

    private final ChannelProtocol protocol;
    private final Streams streams;
    private final SpdyConnection spdy;
    private final ByteArrayOutputStream status = new ByteArrayOutputStream();
    private SpdyConnection.@Nullable Stream stdin;
    private SpdyConnection.@Nullable Stream resize;

    /** Which streams the client asked for. A terminal has no error output of its own. */
    public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    public RemoteCommandSession(Duplex node, ChannelProtocol protocol, Streams streams) {
        super(node);
        this.protocol = protocol;
        this.streams = streams;
        this.spdy = new SpdyConnection(node.in(), node.out());
    }

    @Override
    void begin(WebSocket socket) throws IOException {
        open("error", bytes -> {
            if (status.size() + bytes.length <= MAX_STATUS) {
                status.write(bytes);
            }
        });
        if (streams.stdin()) {
            stdin = open("stdin", bytes -> {});
        }
        if (streams.stdout()) {
            open("stdout", bytes -> socket.write(protocol.message(STDOUT, bytes)));
        }
        if (streams.stderr()) {
            open("stderr", bytes -> socket.write(protocol.message(STDERR, bytes)));
        }
        if (streams.tty()) {
            resize = open("resize", bytes -> {});
        }
        // An empty message tells clients that wait for one that the connection stands.
        int ready = streams.stdout() ? STDOUT : streams.stderr() ? STDERR : ERROR;
        socket.write(protocol.message(ready, new byte[0]));
    }

    private SpdyConnection.Stream open(String type, SpdyConnection.Receiver receiver) throws IOException {
        return spdy.open(Map.of("streamtype", type), receiver);
    }

    @Override
    void fromNode(WebSocket socket) throws IOException {
        try {
            spdy.run();
        } finally {
            byte[] end = end(status.toByteArray());
            if (end.length > 0) {
                socket.write(protocol.message(ERROR, end));
            }
        }
    }

    /** What the error channel says at the end: a Status, or in the oldest protocol the text of a failure. */
    private byte[] end(byte[] fromNode) {
        byte[] json = fromNode.length > 0
                ? fromNode
                : Status.failure(500, "InternalError", "the node ended the connection without a result", null)
                        .toJson()
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        if (protocol.version() >= 4) {
            return json;
        }
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(json))) {
            ObjectView view = new ObjectView(reader.readObject());
            return view.text("status").equals("Success")
                    ? new byte[0]
                    : view.text("message").getBytes(StandardCharsets.UTF_8);
        } catch (JsonException e) {
            return json;
        }
    }

    @Override
    void fromClient(WebSocket.Message message) throws IOException {
        ChannelProtocol.Piece piece = protocol.parse(message);
        if (piece.channel() == STDIN) {
            write(stdin, piece.data());
        } else if (piece.channel() == RESIZE) {
            write(resize, piece.data());
        } else if (protocol.version() >= 5
                && piece.channel() == ChannelProtocol.CLOSE_CHANNEL
                && piece.data().length > 0
                && piece.data()[0] == STDIN
                && stdin != null) {
            stdin.finish();
        }
        // Whatever else there is leads nowhere, as upstream.
    }

    private static void write(SpdyConnection.@Nullable Stream stream, byte[] data) throws IOException {
        if (stream != null) {
            stream.write(data);
        }
    }
}
