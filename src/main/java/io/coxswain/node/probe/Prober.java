package io.coxswain.node.probe;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Carries out one probe once. */
public final class Prober {

    private static final int MAX_OUTPUT = 10 * 1024;

    private final ContainerRuntime runtime;

    public Prober(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /** {@code ERROR}: the probe itself could not be carried out, which says nothing about the container. */
    public enum Verdict {
        SUCCESS,
        FAILURE,
        ERROR
    }

    /** Verdict and what the probe has to say. */
    public record Outcome(Verdict verdict, String output) {}

    /** Blocks for at most the probe's own timeout and a little. */
    public Outcome probe(Probe probe, Container container, String containerId, String podIp) {
        Duration limit = Duration.ofSeconds(probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds());
        if (probe.getExec() != null) {
            return exec(probe, containerId, limit);
        }
        if (probe.getHttpGet() != null) {
            return http(probe.getHttpGet(), container, podIp, limit);
        }
        if (probe.getTcpSocket() != null) {
            var action = probe.getTcpSocket();
            Optional<Integer> port = Pods.port(container, action.getPort());
            if (port.isEmpty()) {
                return new Outcome(Verdict.ERROR, "couldn't find port: " + action.getPort());
            }
            String host = action.getHost() == null || action.getHost().isEmpty() ? podIp : action.getHost();
            return tcp(host, port.get(), limit);
        }
        if (probe.getGrpc() != null) {
            var action = probe.getGrpc();
            return GrpcHealth.check(
                    podIp, action.getPort(), action.getService() == null ? "" : action.getService(), limit);
        }
        return new Outcome(Verdict.ERROR, "missing probe handler");
    }

    private Outcome exec(Probe probe, String containerId, Duration limit) {
        try {
            var result = runtime.execSync(containerId, probe.getExec().getCommand(), limit);
            String output = cut(result.stdout() + result.stderr());
            return new Outcome(result.exitCode() == 0 ? Verdict.SUCCESS : Verdict.FAILURE, output);
        } catch (CriException e) {
            if (e.kind() == CriException.Kind.TIMEOUT) {
                return new Outcome(
                        Verdict.FAILURE,
                        "command timed out: \""
                                + String.join(" ", probe.getExec().getCommand()) + "\" timed out after "
                                + limit.toSeconds() + "s");
            }
            return new Outcome(Verdict.ERROR, e.rpcText());
        }
    }

    private static Outcome http(HTTPGetAction action, Container container, String podIp, Duration limit) {
        try {
            HttpGet.Answer answer = HttpGet.get(url(action, container, podIp), headers(action), limit);
            boolean ok = answer.status() >= 200 && answer.status() < 400;
            return ok
                    ? new Outcome(Verdict.SUCCESS, cut(answer.body()))
                    : new Outcome(Verdict.FAILURE, "HTTP probe failed with statuscode: " + answer.status());
        } catch (IOException e) {
            return new Outcome(Verdict.FAILURE, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Outcome(Verdict.ERROR, String.valueOf(e.getMessage()));
        }
    }

    /** The address an httpGet action means. */
    public static URI url(HTTPGetAction action, Container container, String podIp) {
        int port = Pods.port(container, action.getPort())
                .orElseThrow(() -> new IllegalArgumentException("couldn't find port: " + action.getPort()));
        String scheme = action.getScheme() == null ? "http" : action.getScheme().toLowerCase(Locale.ROOT);
        String host = action.getHost() == null || action.getHost().isEmpty() ? podIp : action.getHost();
        String path = action.getPath() == null ? "/" : action.getPath();
        String absolute = path.startsWith("/") ? path : "/" + path;
        String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        try {
            return new URI(scheme + "://" + authority + absolute);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("cannot parse probe path " + path, e);
        }
    }

    /** The headers an httpGet action adds. */
    public static Map<String, String> headers(HTTPGetAction action) {
        Map<String, String> out = new LinkedHashMap<>();
        action.getHttpHeaders().forEach(h -> out.merge(h.getName(), h.getValue(), (a, b) -> a + ", " + b));
        return out;
    }

    private static Outcome tcp(String host, int port, Duration limit) {
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
            return new Outcome(Verdict.SUCCESS, "");
        } catch (SocketTimeoutException e) {
            return new Outcome(Verdict.FAILURE, "dial tcp " + address + ": i/o timeout");
        } catch (IOException e) {
            return new Outcome(Verdict.FAILURE, HttpGet.reason(URI.create("tcp://" + address), e));
        }
    }

    private static String cut(String text) {
        return text.length() <= MAX_OUTPUT ? text : text.substring(0, MAX_OUTPUT);
    }
}
