package io.coxswain.node.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One HTTP GET to a container, as kubelets do it: the certificate of an HTTPS server is not verified, redirects are
 * followed on the same host, at most 10 KiB of the body are read. Written on sockets because the JDK's clients neither
 * let the Host header be set nor end an answer that trickles in for ever.
 */
public final class HttpGet {

    private static final int MAX_BODY = 10 * 1024;
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_REDIRECTS = 10;

    private HttpGet() {}

    /** Status code and the beginning of the body. */
    public record Answer(int status, String body) {}

    /**
     * @param url scheme, host, port, path and query
     * @param headers sent as given; Host and User-Agent among them replace the usual ones
     * @param limit for everything together
     * @throws IOException with a message fit for an event
     */
    public static Answer get(URI url, Map<String, String> headers, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        URI current = url;
        for (int i = 0; ; i++) {
            Response response = once(current, headers, deadline);
            boolean redirect = response.status >= 300 && response.status < 400 && !response.location.isEmpty();
            if (!redirect || i >= MAX_REDIRECTS) {
                return new Answer(response.status, response.body);
            }
            URI next = resolve(current, response.location);
            if (!String.valueOf(next.getHost()).equals(url.getHost())) {
                // Leads elsewhere: the container itself did answer.
                return new Answer(response.status, response.body);
            }
            current = next;
        }
    }

    private static URI resolve(URI base, String location) throws IOException {
        try {
            return base.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("failed to parse Location header \"" + location + "\"", e);
        }
    }

    private record Response(int status, String location, String body) {}

    private static Response once(URI url, Map<String, String> headers, long deadline) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(url.getHost(), port(url)), left(deadline));
            plain.setSoTimeout(left(deadline));
            try (Socket socket = url.getScheme().equals("https") ? tls(plain, url) : plain) {
                socket.setSoTimeout(left(deadline));
                socket.getOutputStream().write(request(url, headers));
                socket.getOutputStream().flush();
                return read(socket, deadline);
            }
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                    e);
        } catch (IOException e) {
            throw new IOException("Get \"" + url + "\": " + reason(url, e), e);
        }
    }

    /** Wording of connection failures as Go's. */
    static String reason(URI url, IOException e) {
        String address = url.getHost() + ":" + port(url);
        String text = String.valueOf(e.getMessage());
        if (text.contains("refused")) {
            return "dial tcp " + address + ": connect: connection refused";
        }
        if (text.contains("No route")) {
            return "dial tcp " + address + ": connect: no route to host";
        }
        return text;
    }

    static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    }

    private static byte[] request(URI url, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", url.getRawAuthority());
        all.put("User-Agent", "kube-probe/1.34");
        all.put("Accept", "*/*");
        headers.forEach((k, v) -> {
            all.keySet().removeIf(k::equalsIgnoreCase);
            all.put(k, v);
        });
        all.keySet().removeIf("Connection"::equalsIgnoreCase);
        all.put("Connection", "close");
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        StringBuilder out = new StringBuilder("GET ").append(path);
        if (url.getRawQuery() != null) {
            out.append('?').append(url.getRawQuery());
        }
        out.append(" HTTP/1.1\r\n");
        all.forEach((k, v) -> out.append(clean(k)).append(": ").append(clean(v)).append("\r\n"));
        return out.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String clean(String text) {
        return text.replaceAll("[\\r\\n]", " ");
    }

    private static Response read(Socket socket, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        int status = 0;
        String location = "";
        int total = 0;
        for (boolean first = true; ; first = false) {
            String line = line(in, socket, deadline);
            total += line.length();
            if (total > MAX_HEAD) {
                throw new IOException("net/http: server response headers exceeded " + MAX_HEAD + " bytes; aborted");
            }
            if (first) {
                status = status(line);
            } else if (line.isEmpty()) {
                break;
            } else if (line.toLowerCase(Locale.ROOT).startsWith("location:")) {
                location = line.substring("location:".length()).strip();
            }
        }
        byte[] body = new byte[MAX_BODY];
        int length = 0;
        try {
            while (length < body.length) {
                socket.setSoTimeout(left(deadline));
                int n = in.read(body, length, body.length - length);
                if (n < 0) {
                    break;
                }
                length += n;
            }
        } catch (SocketTimeoutException e) {
            // The status is known; a server that keeps the connection open has answered nevertheless.
        }
        return new Response(status, location, new String(body, 0, length, StandardCharsets.UTF_8));
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        try {
            if (words.length >= 2 && words[0].startsWith("HTTP/")) {
                return Integer.parseInt(words[1]);
            }
        } catch (NumberFormatException e) {
            throw new IOException("net/http: malformed HTTP status code \"" + words[1] + "\"", e);
        }
        throw new IOException("net/http: malformed HTTP response \"" + line + "\"");
    }

    private static String line(InputStream in, Socket socket, long deadline) throws IOException {
        StringBuilder out = new StringBuilder();
        while (out.length() < MAX_HEAD) {
            socket.setSoTimeout(left(deadline));
            int c = in.read();
            if (c < 0) {
                throw new IOException("EOF");
            }
            if (c == '\n') {
                break;
            }
            if (c != '\r') {
                out.append((char) c);
            }
        }
        return out.toString();
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("timeout");
        }
        return (int) Math.min(Integer.MAX_VALUE, millis);
    }

    private static Socket tls(Socket plain, URI url) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, url.getHost(), port(url), true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Probes ask whether a server answers, not who it is. */
    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
