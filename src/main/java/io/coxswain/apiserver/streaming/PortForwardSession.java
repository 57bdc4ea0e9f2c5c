package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Port-forward as client libraries other than Go's do it: two channels for each port that the request names, one for data
 * and one for an error. Each begins with a message that repeats the port's number, little-endian.
 */
public final class PortForwardSession extends NodeSession {
    private final ChannelProtocol protocol;
    private final List<Integer> ports;
    private final SpdyConnection spdy;
    private final List<SpdyConnection.Stream> data = new ArrayList<>();

    public PortForwardSession(Duplex node, ChannelProtocol protocol, List<Integer> ports) {
        super(node);
        this.protocol = protocol;
        this.ports = List.copyOf(ports);
        this.spdy = new SpdyConnection(node.in(), node.out());
    }

    @Override
    void begin(WebSocket socket) throws IOException {
        AtomicInteger open = new AtomicInteger(ports.size());
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i);
            int dataChannel = 2 * i;
            int errorChannel = dataChannel + 1;
            byte[] number = {(byte) port, (byte) (port >>> 8)};
            socket.write(protocol.message(dataChannel, number));
            socket.write(protocol.message(errorChannel, number));
            spdy.open(headers("error", port, i), bytes -> socket.write(protocol.message(errorChannel, bytes)))
                    .finish();
            data.add(spdy.open(headers("data", port, i), new SpdyConnection.Receiver() {
                @Override
                public void data(byte[] bytes) throws IOException {
                    socket.write(protocol.message(dataChannel, bytes));
                }

                @Override
                public void ended() {
                    if (open.decrementAndGet() == 0) {
                        // The protocol cannot close one port; with the last one all is over.
                        node.close();
                    }
                }
            }));
        }
    }

    private static Map<String, String> headers(String type, int port, int request) {
        return Map.of("streamtype", type, "port", Integer.toString(port), "requestid", Integer.toString(request));
    }

    @Override
    void fromNode(WebSocket socket) throws IOException {
        spdy.run();
    }

    @Override
    void fromClient(WebSocket.Message message) throws IOException {
        ChannelProtocol.Piece piece = protocol.parse(message);
        boolean isData = piece.channel() % 2 == 0 && piece.channel() >= 0 && piece.channel() / 2 < data.size();
        if (isData) {
            data.get(piece.channel() / 2).write(piece.data());
        }
    }
}
