package io.coxswain.client;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one client identity. A renewed certificate needs new connections, for TLS shows it only at the handshake
 * and a resumed session would show the old one again: so each version of the files has an {@link HttpClient} of its own. Streams
 * of the old one run to their end; then it goes by itself. Thread-safe.
 */
final class HttpsConnections implements Supplier<HttpClient> {
    private static final System.Logger LOG = System.getLogger(HttpsConnections.class.getName());
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final CertificateFiles files;
    private final Executor executor;
    private String version = "";
    private @Nullable HttpClient current;

    HttpsConnections(CertificateFiles files, Executor executor) {
        this.files = files;
        this.executor = executor;
    }

    /** The connections for the files as they are now. @throws ApiException 503 if there are none yet that can be used */
    @Override
    public synchronized HttpClient get() {
        HttpClient known = current;
        try {
            String now = files.version();
            if (known == null || !now.equals(version)) {
                HttpClient renewed = HttpClient.newBuilder()
                        .sslContext(files.context())
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(executor)
                        .build();
                if (known != null) {
                    LOG.log(System.Logger.Level.INFO, "event=client-certificate-renewed file={0}", files.certificate());
                }
                current = renewed;
                version = now;
                return renewed;
            }
            return known;
        } catch (IOException e) {
            if (known != null) {
                // Key and certificate are replaced one after the other: between the two, the old pair still serves.
                LOG.log(System.Logger.Level.DEBUG, "event=client-certificate-unreadable", e);
                return known;
            }
            throw new ApiException(
                    Status.failure(503, "ServiceUnavailable", "no client certificate yet: " + e.getMessage(), null), e);
        }
    }
}
