package io.coxswain.apiserver.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 from the server's side. */
class WebSocketTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final AtomicBoolean closed = new AtomicBoolean();

    private WebSocket socket(ClientFrames client) {
        return new WebSocket(new ByteArrayInputStream(client.bytes()), sent, () -> closed.set(true));
    }

    @Test
    void messagesComeUnmasked() throws IOException {
        WebSocket socket = socket(new ClientFrames()
                .frame(ClientFrames.TEXT, "hällo".getBytes(UTF_8))
                .frame(ClientFrames.BINARY, new byte[] {0, 1, 2})
                .close());
        WebSocket.Message first = socket.read();
        assertThat(first.text()).isTrue();
        assertThat(first.payload()).asString(UTF_8).isEqualTo("hällo");
        assertThat(socket.read().payload()).containsExactly(0, 1, 2);
        assertThat(socket.read()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536, 1 << 20})
    void everyLengthIsReadAndWritten(int length) throws IOException {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 7);
        WebSocket socket = socket(new ClientFrames().frame(ClientFrames.BINARY, payload));
        WebSocket.Message message = socket.read();
        assertThat(message.payload()).isEqualTo(payload);
        socket.write(message);
        assertThat(frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.payload()).isEqualTo(payload));
    }

    @Test
    void aMessageMayComeInPiecesWithPingsBetween() throws IOException {
        WebSocket socket = socket(new ClientFrames()
                .frame(false, ClientFrames.TEXT, "a".getBytes(UTF_8))
                .frame(ClientFrames.PING, "?".getBytes(UTF_8))
                .frame(false, 0, "b".getBytes(UTF_8))
                .frame(ClientFrames.PONG, new byte[0])
                .frame(true, 0, "c".getBytes(UTF_8)));
        assertThat(socket.read().payload()).asString(UTF_8).isEqualTo("abc");
        assertThat(frames()).singleElement().satisfies(frame -> {
            assertThat(frame.opcode()).isEqualTo(ClientFrames.PONG);
            assertThat(frame.payload()).asString(UTF_8).isEqualTo("?");
        });
    }

    @Test
    void aCloseIsAnsweredOnceAndNothingFollowsIt() throws IOException {
        WebSocket socket = socket(new ClientFrames().close());
        assertThat(socket.read()).isNull();
        socket.write(WebSocket.Message.text("late".getBytes(UTF_8)));
        socket.end(WebSocket.GOING_AWAY, "again");
        assertThat(frames()).singleElement().satisfies(frame -> {
            assertThat(frame.opcode()).isEqualTo(ClientFrames.CLOSE);
            assertThat(frame.payload()).containsExactly(3, 0xE8);
        });
    }

    @Test
    void whoNeverMasksReservesOrBeginsRightIsToldSo() throws IOException {
        assertBroken(new ClientFrames().raw(0x82, 1, 'x'), WebSocket.PROTOCOL_ERROR);
        assertBroken(new ClientFrames().raw(0xC2, 0x80, 0, 0, 0, 0), WebSocket.PROTOCOL_ERROR);
        assertBroken(new ClientFrames().frame(3, new byte[0]), WebSocket.PROTOCOL_ERROR);
        assertBroken(new ClientFrames().frame(0, new byte[1]), WebSocket.PROTOCOL_ERROR);
        assertBroken(
                new ClientFrames().frame(false, ClientFrames.TEXT, new byte[1]).frame(ClientFrames.TEXT, new byte[1]),
                WebSocket.PROTOCOL_ERROR);
        assertBroken(new ClientFrames().frame(ClientFrames.PING, new byte[126]), WebSocket.PROTOCOL_ERROR);
        assertBroken(new ClientFrames().frame(false, ClientFrames.PING, new byte[1]), WebSocket.PROTOCOL_ERROR);
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
        assertBroken(new ClientFrames().raw(0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255), WebSocket.TOO_BIG);
        assertBroken(new ClientFrames().raw(0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0), WebSocket.TOO_BIG);
        ClientFrames pieces = new ClientFrames().frame(false, ClientFrames.BINARY, new byte[1 << 20]);
        assertBroken(pieces.frame(false, 0, new byte[1]), WebSocket.TOO_BIG);
    }

    private void assertBroken(ClientFrames client, int code) throws IOException {
        sent.reset();
        WebSocket socket = socket(client);
        assertThatThrownBy(() -> {
                    while (socket.read() != null) {
                        assertThat(sent.size()).isZero();
                    }
                })
                .isInstanceOf(WebSocket.ProtocolException.class);
        ClientFrames.Frame close = frames().get(frames().size() - 1);
        assertThat(close.opcode()).isEqualTo(ClientFrames.CLOSE);
        assertThat((close.payload()[0] & 0xFF) << 8 | close.payload()[1] & 0xFF).isEqualTo(code);
    }

    @Test
    void aConnectionThatBreaksIsNoEnd() {
        byte[] half = new ClientFrames().frame(ClientFrames.BINARY, new byte[9]).bytes();
        for (int length = 0; length < half.length; length++) {
            byte[] part = Arrays.copyOf(half, length);
            WebSocket socket = new WebSocket(new ByteArrayInputStream(part), sent, () -> {});
            assertThatThrownBy(socket::read).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void finishingClosesTheConnectionOnceTheClientHasAnswered() throws IOException {
        WebSocket socket = socket(new ClientFrames().close());
        assertThat(socket.read()).isNull();
        socket.finish(WebSocket.NORMAL, "done");
        assertThat(closed).isTrue();
        assertThat(frames()).hasSize(1);
    }

    private List<ClientFrames.Frame> frames() throws IOException {
        return ClientFrames.parse(sent.toByteArray());
    }
}
