package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How several channels share the messages of a WebSocket: the first byte of a message is the channel's number, in base64
 * forms the first character is its digit.
 *
 * @param name the subprotocol; {@code ""} if the client named none
 * @param version 1 for the oldest, whose error channel carries text; from 4 on it carries a {@code Status}, from 5 on a
 *     channel can be closed alone
 */
public record ChannelProtocol(String name, int version, boolean base64) {
    /** The channel of version 5 on which the client says that another one has ended. */
    static final int CLOSE_CHANNEL = 255;

    /** For exec and attach, best first. */
    public static final List<ChannelProtocol> REMOTE_COMMAND = List.of(
            new ChannelProtocol("v5.channel.k8s.io", 5, false),
            new ChannelProtocol("v4.channel.k8s.io", 4, false),
            new ChannelProtocol("v4.base64.channel.k8s.io", 4, true),
            new ChannelProtocol("channel.k8s.io", 1, false),
            new ChannelProtocol("base64.channel.k8s.io", 1, true),
            new ChannelProtocol("", 1, false));
    /** For port-forward with a channel pair a port. */
    public static final List<ChannelProtocol> PORT_FORWARD = List.of(
            new ChannelProtocol("v4.channel.k8s.io", 4, false),
            new ChannelProtocol("v4.base64.channel.k8s.io", 4, true),
            new ChannelProtocol("", 4, false));
    /** For streams that have one direction and one channel: logs and watches. */
    public static final List<ChannelProtocol> ONE_CHANNEL = List.of(
            new ChannelProtocol("binary.k8s.io", 1, false),
            new ChannelProtocol("base64.binary.k8s.io", 1, true),
            new ChannelProtocol("", 1, false));

    /** A message taken apart. */
    record Piece(int channel, byte[] data) {}

    /**
     * The first protocol that the client offers and the server has; the one without a name if the client offers none.
     */
    public static Optional<ChannelProtocol> choose(List<String> offered, List<ChannelProtocol> supported) {
        List<String> names = offered.isEmpty() ? List.of("") : offered;
        return names.stream()
                .flatMap(name ->
                        supported.stream().filter(protocol -> protocol.name().equals(name)))
                .findFirst();
    }

    WebSocket.Message message(int channel, byte[] data) {
        if (base64) {
            String text = (char) ('0' + channel) + Base64.getEncoder().encodeToString(data);
            return WebSocket.Message.text(text.getBytes(StandardCharsets.US_ASCII));
        }
        byte[] payload = new byte[data.length + 1];
        payload[0] = (byte) channel;
        System.arraycopy(data, 0, payload, 1, data.length);
        return WebSocket.Message.binary(payload);
    }

    /** @throws IOException if the message has no channel or is no base64 */
    Piece parse(WebSocket.Message message) throws IOException {
        byte[] payload = message.payload();
        if (payload.length == 0) {
            throw new WebSocket.ProtocolException(WebSocket.INVALID_DATA, "a message without a channel");
        }
        byte[] data = Arrays.copyOfRange(payload, 1, payload.length);
        if (!base64) {
            return new Piece(payload[0] & 0xFF, data);
        }
        try {
            return new Piece(payload[0] - '0', Base64.getDecoder().decode(data));
        } catch (IllegalArgumentException e) {
            throw new WebSocket.ProtocolException(WebSocket.INVALID_DATA, "a message that is no base64");
        }
    }

    /** A message of a stream that has no channels; text stays text unless it is to be base64. */
    public WebSocket.Message single(byte[] data, boolean text) {
        return base64 ? WebSocket.Message.text(Base64.getEncoder().encode(data)) : new WebSocket.Message(text, data);
    }
}
