package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.authn.AuthenticatorChain;
import io.coxswain.apiserver.authn.Impersonation;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.RegistryConfig;
import io.coxswain.meta.ApiException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The door of the API: finds out who calls, then serves streams and tunnels itself, which JAX-RS cannot do without a
 * thread each, and leaves everything else to {@link ApiResource}.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    static final String USER = "io.coxswain.user";
    /** The request with all its headers, for {@link ApiResource}. */
    static final String ORIGINAL = "io.coxswain.request";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> STREAMS = Set.of("log", "exec", "attach", "portforward");

    private final transient ApiService service;
    private final transient AuthenticatorChain authenticators;
    private final transient Impersonation impersonation;
    private final transient ApiServerConfig config;
    private final transient ConsoleConfig console;
    private final transient RegistryConfig registry;

    @Resource
    private transient @Nullable ManagedExecutorService executor;

    @Inject
    public ApiFilter(
            ApiService service,
            AuthenticatorChain authenticators,
            Impersonation impersonation,
            ApiServerConfig config,
            ConsoleConfig console,
            RegistryConfig registry) {
        this.service = service;
        this.authenticators = authenticators;
        this.impersonation = impersonation;
        this.config = config;
        this.console = console;
        this.registry = registry;
    }

    @Override
    protected void doFilter(HttpServletRequest http, HttpServletResponse out, FilterChain chain)
            throws IOException, ServletException {
        Listener listener = Listener.of(http.getLocalPort(), console, registry);
        if (!listener.serves(path(http))) {
            out.sendError(HttpServletResponse.SC_NOT_FOUND);
        } else if (listener == Listener.API) {
            api(http, out, chain);
        } else {
            chain.doFilter(http, out);
        }
    }

    /** The path without its parameters, as servlets are chosen by. */
    private static String path(HttpServletRequest http) {
        String rest = http.getPathInfo();
        return http.getServletPath() + (rest == null ? "" : rest);
    }

    private void api(HttpServletRequest http, HttpServletResponse out, FilterChain chain)
            throws IOException, ServletException {
        try {
            if (!METHODS.contains(http.getMethod())) {
                throw ApiException.methodNotAllowed();
            }
            UserInfo user = impersonation.apply(authenticate(http), RequestReader.headers(http));
            if (isStream(RequestReader.info(http))) {
                stream(http, out, user);
            } else if (!ApiPaths.covers(path(http))) {
                // No JAX-RS application has it, and the answer is the API's all the same.
                answer(http, out, user);
            } else {
                http.setAttribute(USER, user);
                http.setAttribute(ORIGINAL, http);
                chain.doFilter(new PlainRequest(http), out);
            }
        } catch (ApiException e) {
            HttpAnswers.send(AnswerEncoder.error(e), out);
        } catch (RuntimeException e) {
            HttpAnswers.send(AnswerEncoder.error(HttpAnswers.fault(e)), out);
        }
    }

    private void answer(HttpServletRequest http, HttpServletResponse out, UserInfo user) throws IOException {
        ApiRequest request =
                RequestReader.read(http, user, config.maxRequestSize().bytes());
        HttpAnswers.send(HttpAnswers.encode(http, request, service.handle(request)), out);
    }

    private UserInfo authenticate(HttpServletRequest http) {
        List<X509Certificate> certificates =
                http.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
        return authenticators.authenticate(
                new Authenticator.Credentials(certificates, RequestReader.header(http, "Authorization")));
    }

    private static boolean isStream(RequestInfo info) {
        return info.isResource() && (info.verb().equals("watch") || STREAMS.contains(info.subresource()));
    }

    private void stream(HttpServletRequest http, HttpServletResponse out, UserInfo user) throws IOException {
        if ("websocket".equalsIgnoreCase(RequestReader.header(http, "Upgrade"))) {
            // kubectl falls back to SPDY at once.
            throw ApiException.badRequest("unable to upgrade: WebSocket is not supported, use SPDY/3.1");
        }
        ApiRequest request =
                RequestReader.read(http, user, config.maxRequestSize().bytes());
        ApiResponse response = service.handle(request);
        if (response instanceof ApiResponse.WatchResponse watch) {
            begin(http, out, watch.mediaType(), Frames.of(watch.events(), watch.mediaType()), watch.warnings());
        } else if (response instanceof ApiResponse.ByteStreamResponse bytes) {
            begin(http, out, bytes.contentType(), Frames.of(bytes.source()), bytes.warnings());
        } else if (response instanceof ApiResponse.UpgradeResponse upgrade) {
            tunnel(http, out, upgrade);
        } else {
            HttpAnswers.send(HttpAnswers.encode(http, request, response), out);
        }
    }

    private void begin(
            HttpServletRequest http, HttpServletResponse out, String contentType, Frames frames, List<String> warnings)
            throws IOException {
        try {
            out.setStatus(200);
            out.setContentType(contentType);
            out.setHeader("Cache-Control", "no-cache, private");
            warnings.forEach(text -> out.addHeader("Warning", AnswerEncoder.warning(text)));
            AsyncContext context = http.startAsync(http, out);
            context.setTimeout(0);
            // Over HTTP/2 Liberty keeps the headers back until the first byte; clients wait for them.
            out.flushBuffer();
            new StreamPump(context, out.getOutputStream(), frames, threads()).start();
        } catch (IOException | RuntimeException e) {
            frames.close();
            throw e;
        }
    }

    private void tunnel(HttpServletRequest http, HttpServletResponse out, ApiResponse.UpgradeResponse upgrade)
            throws IOException {
        if (!RequestReader.header(http, "Upgrade").equalsIgnoreCase("SPDY/3.1")) {
            throw ApiException.badRequest("Upgrade request required");
        }
        List<String> offered = Collections.list(http.getHeaders("X-Stream-Protocol-Version"));
        NodeHandshake node = NodeHandshake.open(upgrade.target().uri(), offered);
        try {
            out.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
            out.setHeader("Connection", "Upgrade");
            out.setHeader("Upgrade", "SPDY/3.1");
            if (!node.protocol().isEmpty()) {
                out.setHeader("X-Stream-Protocol-Version", node.protocol());
            }
            http.upgrade(Tunnel.class).connect(node.socket(), threads());
        } catch (IOException | ServletException | RuntimeException e) {
            node.socket().close();
            throw new ApiException(
                    ApiException.unavailable("unable to upgrade connection: " + e.getMessage())
                            .status(),
                    e);
        }
    }

    private Executor threads() {
        ManagedExecutorService threads = executor;
        if (threads == null) {
            throw new IllegalStateException("the server injected no executor");
        }
        return threads;
    }
}
