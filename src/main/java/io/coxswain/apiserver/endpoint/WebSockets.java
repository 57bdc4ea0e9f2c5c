package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse.ByteStreamResponse;
import io.coxswain.apiserver.request.ApiResponse.UpgradeResponse;
import io.coxswain.apiserver.request.ApiResponse.WatchResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.streaming.ChannelProtocol;
import io.coxswain.apiserver.streaming.Duplex;
import io.coxswain.apiserver.streaming.FeedSession;
import io.coxswain.apiserver.streaming.PortForwardSession;
import io.coxswain.apiserver.streaming.RemoteCommandSession;
import io.coxswain.apiserver.streaming.SpdyTunnelSession;
import io.coxswain.apiserver.streaming.WebSocket;
import io.coxswain.apiserver.streaming.WebSocketSession;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.meta.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers that go over a WebSocket: what each kind of stream makes of the client's subprotocols. */
final class WebSockets {
    private static final String NODE_COMMAND_PROTOCOL = "v4.channel.k8s.io";
    private static final String NODE_PORT_PROTOCOL = "portforward.k8s.io";

    private final HttpServletRequest http;
    private final HttpServletResponse out;
    private final ApiRequest request;
    private final Executor threads;
    private final OpenWebSockets all;
    private final List<String> offered;

    WebSockets(
            HttpServletRequest http,
            HttpServletResponse out,
            ApiRequest request,
            Executor threads,
            OpenWebSockets all) {
        this.http = http;
        this.out = out;
        this.request = request;
        this.threads = threads;
        this.all = all;
        this.offered = WebSocketUpgrade.offered(http);
    }

    void watch(WatchResponse watch) throws IOException {
        feed(events(watch));
    }

    void bytes(ByteStreamResponse bytes) throws IOException {
        Frames frames = Frames.of(bytes.source());
        feed(protocol -> source(frames, () -> {
            byte[] next = frames.next();
            return next.length == 0 ? null : protocol.single(next, false);
        }));
    }

    /** Makes a source whose messages have the form that a protocol asks for. */
    private interface Feed {
        FeedSession.Source in(ChannelProtocol protocol);
    }

    /** Looks for the next message. */
    private interface Next {
        WebSocket.@Nullable Message message() throws IOException;
    }

    private void feed(Feed feed) throws IOException {
        ChannelProtocol known = ChannelProtocol.choose(offered, ChannelProtocol.ONE_CHANNEL)
                // As upstream, a watch takes whatever single name the client has for it.
                .orElseGet(() -> new ChannelProtocol(offered.get(0), 1, false));
        start(known.name(), new FeedSession(feed.in(known)), () -> {});
    }

    private static Feed events(WatchResponse watch) {
        EventStream events = watch.events();
        boolean protobuf = watch.mediaType().startsWith(MediaTypes.PROTOBUF);
        return protocol -> new FeedSession.Source() {
            private boolean ended;

            @Override
            public WebSocket.@Nullable Message next() throws IOException {
                boolean closed = events.isClosed();
                EventStream.Event event = events.poll();
                if (event == null) {
                    ended = closed || events.isClosed();
                    return null;
                }
                return protocol.single(protobuf ? binary(event) : Frames.json(event), !protobuf);
            }

            @Override
            public boolean isEnded() {
                return ended;
            }

            @Override
            public void onReady(Runnable listener) {
                events.onReady(listener);
            }

            @Override
            public void close() {
                events.close();
            }
        };
    }

    /** A message has a length of its own. */
    private static byte[] binary(EventStream.Event event) {
        byte[] frame =
                ProtobufCodec.builtIn().encodeFrame(event.type(), event.object().tree());
        return Arrays.copyOfRange(frame, Integer.BYTES, frame.length);
    }

    private static FeedSession.Source source(Frames frames, Next next) {
        return new FeedSession.Source() {
            @Override
            public WebSocket.@Nullable Message next() throws IOException {
                return next.message();
            }

            @Override
            public boolean isEnded() {
                return frames.isEnded();
            }

            @Override
            public void onReady(Runnable listener) {
                frames.onReady(listener);
            }

            @Override
            public void close() {
                frames.close();
            }
        };
    }

    void connect(UpgradeResponse upgrade) throws IOException {
        if (request.info().subresource().equals("portforward")) {
            portForward(upgrade);
            return;
        }
        ChannelProtocol protocol = require(ChannelProtocol.REMOTE_COMMAND);
        boolean tty = request.flag("tty");
        RemoteCommandSession.Streams streams = new RemoteCommandSession.Streams(
                request.flag("stdin"), request.flag("stdout"), request.flag("stderr") && !tty, tty);
        start(
                protocol.name(),
                new RemoteCommandSession(node(upgrade, NODE_COMMAND_PROTOCOL), protocol, streams),
                upgrade.ended());
    }

    private void portForward(UpgradeResponse upgrade) throws IOException {
        String tunnelled = SpdyTunnelSession.PREFIX + NODE_PORT_PROTOCOL;
        if (offered.contains(tunnelled)) {
            start(tunnelled, new SpdyTunnelSession(node(upgrade, NODE_PORT_PROTOCOL)), upgrade.ended());
            return;
        }
        ChannelProtocol protocol = require(ChannelProtocol.PORT_FORWARD);
        List<Integer> ports = request.query().getOrDefault("ports", List.of()).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .filter(text -> !text.isEmpty())
                .map(Integer::valueOf)
                .toList();
        if (ports.isEmpty()) {
            throw ApiException.badRequest("query parameter \"ports\" is required");
        }
        start(
                protocol.name(),
                new PortForwardSession(node(upgrade, NODE_PORT_PROTOCOL), protocol, ports),
                upgrade.ended());
    }

    private ChannelProtocol require(List<ChannelProtocol> supported) {
        return ChannelProtocol.choose(offered, supported)
                .orElseThrow(() -> ApiException.badRequest("unable to upgrade: unable to negotiate protocol: client"
                        + " supports " + offered + ", server accepts "
                        + supported.stream().map(ChannelProtocol::name).toList()));
    }

    private static Duplex node(UpgradeResponse upgrade, String protocol) throws IOException {
        NodeHandshake node = NodeHandshake.open(upgrade.target().uri(), List.of(protocol));
        return Duplex.of(node.socket());
    }

    private void start(String protocol, WebSocketSession session, Runnable ended) throws IOException {
        WebSocketUpgrade.start(http, out, protocol, session, threads, all, ended);
    }
}
