package io.coxswain.apiserver.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.Adler32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSocket clients that talk to a node's SPDY server, over real sockets. */
@Timeout(20)
class NodeSessionTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Socket client;
    private Socket serverSide;
    private Socket toNode;
    private SpdyServer node;

    @BeforeEach
    void connect() throws IOException {
        Socket[] web = pair();
        client = web[0];
        serverSide = web[1];
        Socket[] spdy = pair();
        toNode = spdy[0];
        node = new SpdyServer(spdy[1].getInputStream(), spdy[1].getOutputStream());
    }

    private Socket[] pair() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket one = new Socket(listener.getInetAddress(), listener.getLocalPort());
            Socket other = listener.accept();
            one.setSoTimeout(10_000);
            other.setSoTimeout(10_000);
            open.add(one);
            open.add(other);
            return new Socket[] {one, other};
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<Void> serve(WebSocketSession session) {
        return CompletableFuture.runAsync(
                () -> {
                    try (session) {
                        session.serve(
                                new WebSocket(serverSide.getInputStream(), serverSide.getOutputStream(), serverSide),
                                threads);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                threads);
    }

    private CompletableFuture<Void> exec(String protocol, boolean stdin, boolean tty) throws IOException {
        ChannelProtocol chosen = ChannelProtocol.choose(List.of(protocol), ChannelProtocol.REMOTE_COMMAND)
                .orElseThrow();
        return serve(new RemoteCommandSession(
                Duplex.of(toNode), chosen, new RemoteCommandSession.Streams(stdin, true, !tty, tty)));
    }

    /** The streams that the client side opens, by type. */
    private Map<String, Integer> streams(int count) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < count; i++) {
            SpdyServer.Frame frame = node.read();
            ids.put(frame.headers().get("streamtype"), frame.stream());
            node.reply(frame.stream());
        }
        return ids;
    }

    private void send(ClientFrames frames) throws IOException {
        client.getOutputStream().write(frames.bytes());
    }

    private ClientFrames.Frame receive() throws IOException {
        return ClientFrames.read(new DataInputStream(client.getInputStream()));
    }

    private String receiveText() throws IOException {
        byte[] payload = receive().payload();
        return payload[0] + new String(payload, 1, payload.length - 1, UTF_8);
    }

    private static byte[] channel(int number, String text) {
        return ("." + text).replace('.', (char) number).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void theDictionaryIsTheOneThatEverySpdyImplementationHas() {
        Adler32 sum = new Adler32();
        sum.update(SpdyDictionary.BYTES);
        assertThat(SpdyDictionary.BYTES).hasSize(1423);
        assertThat(sum.getValue()).isEqualTo(0xE3C6A7C2L);
    }

    @Test
    void anExecHasItsStreamsAndEndsWithTheNodesStatus() throws Exception {
        CompletableFuture<Void> session = exec("v5.channel.k8s.io", true, false);
        Map<String, Integer> ids = streams(4);
        assertThat(ids).containsOnlyKeys("error", "stdin", "stdout", "stderr");
        assertThat(receiveText()).isEqualTo("1");

        send(new ClientFrames().frame(ClientFrames.BINARY, channel(0, "in")));
        SpdyServer.Frame input = node.read();
        assertThat(input.stream()).isEqualTo(ids.get("stdin"));
        assertThat(input.text()).isEqualTo("in");
        node.data(ids.get("stdout"), "out", false);
        assertThat(receiveText()).isEqualTo("1out");
        node.data(ids.get("stderr"), "err", true);
        assertThat(receiveText()).isEqualTo("2err");

        // kubectl says so when its input has ended; the output goes on.
        send(new ClientFrames().frame(ClientFrames.BINARY, new byte[] {(byte) 255, 0}));
        SpdyServer.Frame end = node.read();
        assertThat(end.stream()).isEqualTo(ids.get("stdin"));
        assertThat(end.fin()).isTrue();
        node.data(ids.get("stdout"), "more", true);
        assertThat(receiveText()).isEqualTo("1more");

        node.data(ids.get("error"), "{\"status\":", false);
        node.data(ids.get("error"), "\"Success\"}", true);
        node.close();
        assertThat(receiveText()).isEqualTo("3{\"status\":\"Success\"}");
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
        send(new ClientFrames().close());
        session.get(10, TimeUnit.SECONDS);
        assertThat(toNode.isClosed()).isTrue();
    }

    @Test
    void aTerminalHasOneOutputAndASize() throws Exception {
        exec("v4.channel.k8s.io", true, true);
        Map<String, Integer> ids = streams(4);
        assertThat(ids).containsOnlyKeys("error", "stdin", "stdout", "resize");
        send(new ClientFrames().frame(ClientFrames.BINARY, channel(4, "{\"Width\":80,\"Height\":24}")));
        SpdyServer.Frame resize = node.read();
        assertThat(resize.stream()).isEqualTo(ids.get("resize"));
        assertThat(resize.text()).isEqualTo("{\"Width\":80,\"Height\":24}");
    }

    @Test
    void base64IsForClientsThatHaveTextOnly() throws Exception {
        exec("v4.base64.channel.k8s.io", true, false);
        Map<String, Integer> ids = streams(4);
        assertThat(receive().payload()).asString(UTF_8).isEqualTo("1");
        send(new ClientFrames()
                .frame(
                        ClientFrames.TEXT,
                        ("0" + Base64.getEncoder().encodeToString("in".getBytes(UTF_8))).getBytes(UTF_8)));
        assertThat(node.read().text()).isEqualTo("in");
        node.data(ids.get("stdout"), "out", false);
        ClientFrames.Frame frame = receive();
        assertThat(frame.opcode()).isEqualTo(ClientFrames.TEXT);
        assertThat(frame.payload()).asString(UTF_8).isEqualTo("1b3V0");
    }

    @Test
    void theOldestProtocolHasTheFailureAsText() throws Exception {
        exec("channel.k8s.io", false, false);
        Map<String, Integer> ids = streams(3);
        assertThat(receiveText()).isEqualTo("1");
        node.data(ids.get("error"), "{\"status\":\"Failure\",\"message\":\"it broke\"}", true);
        node.close();
        assertThat(receiveText()).isEqualTo("3it broke");
    }

    @Test
    void aNodeThatDiesIsAFailureAndNoSuccess() throws Exception {
        exec("v5.channel.k8s.io", false, false);
        streams(3);
        assertThat(receiveText()).isEqualTo("1");
        node.close();
        assertThat(receiveText()).contains("\"status\":\"Failure\"").contains("the node ended the connection");
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
    }

    @Test
    void aStreamThatTheNodeResetsHasEnded() throws Exception {
        exec("v5.channel.k8s.io", false, false);
        Map<String, Integer> ids = streams(3);
        assertThat(receiveText()).isEqualTo("1");
        node.data(ids.get("error"), "{\"status\":\"Success\"}", false);
        for (int id : ids.values()) {
            node.reset(id);
        }
        // The connection itself need not end.
        assertThat(receiveText()).isEqualTo("3{\"status\":\"Success\"}");
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
    }

    @Test
    void pingsOfTheNodeAreAnsweredAndUnknownFramesPassedOver() throws Exception {
        exec("v5.channel.k8s.io", false, false);
        Map<String, Integer> ids = streams(3);
        assertThat(receiveText()).isEqualTo("1");
        node.control(9, 0, ids.get("stdout"), 65536);
        node.control(4, 0, 0);
        node.control(6, 0, 2);
        assertThatThrownBy(() -> node.read()).hasMessageContaining("80030006");
        node.data(999, "for nobody", false);
        node.data(ids.get("stdout"), "out", false);
        assertThat(receiveText()).isEqualTo("1out");
    }

    @Test
    void aClientThatLeavesEndsTheProcessesInput() throws Exception {
        CompletableFuture<Void> session = exec("v5.channel.k8s.io", true, false);
        streams(4);
        client.close();
        assertThatThrownBy(() -> session.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
        assertThat(toNode.isClosed()).isTrue();
        assertThatThrownBy(() -> node.read()).isInstanceOf(IOException.class);
    }

    @Test
    void inputThatNobodyReadsDoesNotLoseTheOutput() throws Exception {
        exec("v5.channel.k8s.io", true, false);
        Map<String, Integer> ids = streams(4);
        assertThat(receiveText()).isEqualTo("1");
        node.data(ids.get("stdout"), "first line", true);
        node.data(ids.get("error"), "{\"status\":\"Success\"}", true);
        node.close();
        for (int i = 0; i < 20; i++) {
            send(new ClientFrames().frame(ClientFrames.BINARY, new byte[30_000]));
        }
        assertThat(receiveText()).isEqualTo("1first line");
        assertThat(receiveText()).isEqualTo("3{\"status\":\"Success\"}");
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
    }

    @Test
    void whatHasNoChannelEndsTheConnection() throws Exception {
        CompletableFuture<Void> session = exec("v4.base64.channel.k8s.io", true, false);
        streams(4);
        assertThat(receive().payload()).asString(UTF_8).isEqualTo("1");
        send(new ClientFrames().frame(ClientFrames.TEXT, "0***".getBytes(UTF_8)));
        ClientFrames.Frame close = receive();
        assertThat(close.opcode()).isEqualTo(ClientFrames.CLOSE);
        assertThat((close.payload()[0] & 0xFF) << 8 | close.payload()[1] & 0xFF).isEqualTo(WebSocket.INVALID_DATA);
        assertThatThrownBy(() -> session.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void unknownChannelsLeadNowhere() throws Exception {
        exec("v4.channel.k8s.io", true, false);
        streams(4);
        send(new ClientFrames()
                .frame(ClientFrames.BINARY, channel(9, "x"))
                .frame(ClientFrames.BINARY, new byte[] {(byte) 255, 0})
                .frame(ClientFrames.BINARY, channel(0, "in")));
        SpdyServer.Frame next = node.read();
        assertThat(next.text()).isEqualTo("in");
        assertThat(next.fin()).isFalse();
    }

    @Test
    void portsHaveTwoChannelsEach() throws Exception {
        ChannelProtocol protocol = ChannelProtocol.PORT_FORWARD.get(0);
        CompletableFuture<Void> session = serve(new PortForwardSession(Duplex.of(toNode), protocol, List.of(80, 8080)));
        assertThat(receive().payload()).containsExactly(0, 80, 0);
        assertThat(receive().payload()).containsExactly(1, 80, 0);
        List<SpdyServer.Frame> opened = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            opened.add(node.read());
        }
        assertThat(receive().payload()).containsExactly(2, 0x90, 0x1F);
        assertThat(receive().payload()).containsExactly(3, 0x90, 0x1F);
        SpdyServer.Frame error = opened.get(0);
        assertThat(error.headers())
                .containsEntry("streamtype", "error")
                .containsEntry("port", "80")
                .containsEntry("requestid", "0");
        // Nothing is ever sent on an error stream.
        assertThat(opened.get(1).stream()).isEqualTo(error.stream());
        assertThat(opened.get(1).fin()).isTrue();
        SpdyServer.Frame second = opened.get(5);
        assertThat(second.headers()).containsEntry("streamtype", "data").containsEntry("port", "8080");

        send(new ClientFrames().frame(ClientFrames.BINARY, channel(2, "GET /")));
        SpdyServer.Frame request = node.read();
        assertThat(request.stream()).isEqualTo(second.stream());
        assertThat(request.text()).isEqualTo("GET /");
        node.data(second.stream(), "200", true);
        assertThat(receiveText()).isEqualTo("2200");
        node.data(error.stream(), "nobody listens", true);
        assertThat(receiveText()).isEqualTo("1nobody listens");
        node.data(opened.get(2).stream(), "", true);
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
        send(new ClientFrames().close());
        session.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aTunnelPassesBytesUnread() throws Exception {
        CompletableFuture<Void> session = serve(new SpdyTunnelSession(Duplex.of(toNode)));
        send(new ClientFrames().frame(ClientFrames.BINARY, new byte[] {0, 0, 0, 1, 0, 0, 0, 2, 'h', 'i'}));
        assertThat(node.read().text()).isEqualTo("hi");
        node.data(1, "yes", false);
        // What the node wrote at once may come in several messages: a tunnel knows no frames.
        ByteArrayOutputStream tunnelled = new ByteArrayOutputStream();
        while (tunnelled.size() < 11) {
            tunnelled.writeBytes(receive().payload());
        }
        assertThat(tunnelled.toByteArray()).containsExactly(0, 0, 0, 1, 0, 0, 0, 3, 'y', 'e', 's');
        node.close();
        assertThat(receive().opcode()).isEqualTo(ClientFrames.CLOSE);
        send(new ClientFrames().close());
        session.get(10, TimeUnit.SECONDS);
    }

    @Test
    void theClientsFirstChoiceThatIsKnownIsTaken() {
        assertThat(ChannelProtocol.choose(
                                List.of("v9.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io"),
                                ChannelProtocol.REMOTE_COMMAND)
                        .orElseThrow()
                        .name())
                .isEqualTo("v4.channel.k8s.io");
        assertThat(ChannelProtocol.choose(List.of(), ChannelProtocol.REMOTE_COMMAND)
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
        assertThat(ChannelProtocol.choose(List.of("chat"), ChannelProtocol.REMOTE_COMMAND))
                .isEmpty();
    }
}
