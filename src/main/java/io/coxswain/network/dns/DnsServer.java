package io.coxswain.network.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Cluster DNS over UDP and TCP (RFC 1035, RFC 7766). Names of the cluster are answered on the receiving thread, from
 * memory; forwarded names and TCP connections each take a thread of the executor, at most {@value #CONCURRENT} at once:
 * what comes beyond that is dropped, and resolvers ask again.
 */
public final class DnsServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DnsServer.class.getName());
    private static final int CONCURRENT = 64;
    private static final int TCP_IDLE_MILLIS = 10_000;
    private static final int QUERIES_PER_CONNECTION = 100;

    private final DnsResponder responder;
    private final Executor executor;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Semaphore places = new Semaphore(CONCURRENT);

    /** Opens the sockets; {@link #start} begins to answer. */
    public DnsServer(DnsSettings settings, DnsDirectory directory, Executor executor) throws IOException {
        this.responder =
                new DnsResponder(new ClusterZone(directory, settings.domain(), settings.ttlSeconds()), settings);
        this.executor = executor;
        this.udp = new DatagramSocket(settings.listen());
        ServerSocket stream = new ServerSocket();
        try {
            stream.setReuseAddress(true);
            stream.bind(new InetSocketAddress(settings.listen().getAddress(), udp.getLocalPort()));
        } catch (IOException e) {
            udp.close();
            stream.close();
            throw e;
        }
        this.tcp = stream;
    }

    /** The port that it answers at, for settings that asked for any. */
    public int port() {
        return udp.getLocalPort();
    }

    /** Takes two threads of the executor until {@link #close}. */
    public void start() {
        executor.execute(this::serveUdp);
        executor.execute(this::serveTcp);
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                if (responder.isQuick(query)) {
                    answerUdp(query, (InetSocketAddress) packet.getSocketAddress());
                } else {
                    inBackground(() -> answerUdp(query, (InetSocketAddress) packet.getSocketAddress()));
                }
            } catch (IOException | RuntimeException e) {
                logUnlessClosed(e);
            }
        }
    }

    private void answerUdp(byte[] query, InetSocketAddress client) {
        responder.respond(query, false).ifPresent(answer -> {
            try {
                udp.send(new DatagramPacket(answer, answer.length, client));
            } catch (IOException e) {
                logUnlessClosed(e);
            }
        });
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                if (!inBackground(() -> serve(client))) {
                    client.close();
                }
            } catch (IOException | RuntimeException e) {
                logUnlessClosed(e);
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(TCP_IDLE_MILLIS);
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            for (int i = 0; i < QUERIES_PER_CONNECTION; i++) {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                byte[] answer = responder.respond(query, true).orElse(new byte[0]);
                byte[] framed = new byte[answer.length + 2];
                framed[0] = (byte) (answer.length >> 8);
                framed[1] = (byte) answer.length;
                System.arraycopy(answer, 0, framed, 2, answer.length);
                out.write(framed);
                out.flush();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "DNS connection ended", e);
        }
    }

    /** Whether there was a place for it. */
    private boolean inBackground(Runnable work) {
        if (!places.tryAcquire()) {
            return false;
        }
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } finally {
                    places.release();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            places.release();
            return false;
        }
    }

    private void logUnlessClosed(Exception e) {
        if (!udp.isClosed()) {
            LOG.log(System.Logger.Level.WARNING, "cluster DNS: a query failed", e);
        }
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cluster DNS: closing failed", e);
        }
    }
}
