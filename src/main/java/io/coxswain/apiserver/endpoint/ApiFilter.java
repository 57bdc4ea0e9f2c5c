package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.authn.AuthenticatorChain;
import io.coxswain.apiserver.authn.Impersonation;
import io.coxswain.apiserver.flowcontrol.Ticket;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.RegistryConfig;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The door of the API: finds out who calls, then serves streams and tunnels itself, which JAX-RS cannot do without a
 * thread each, and requests for objects, which must be fast (docs/adr/0013-requests-for-objects.md). Documents (discovery, OpenAPI, version,
 * health) and manifests in YAML it leaves to {@link ApiResource}. {@code web.xml} maps it, in front of the console's filter.
 */
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ApiFilter.class.getName());
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    static final String USER = "io.coxswain.user";
    /** The request with all its headers, for {@link ApiResource}. */
    static final String ORIGINAL = "io.coxswain.request";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> STREAMS = Set.of("log", "exec", "attach", "portforward");

    private final transient ApiService service;
    private final transient AuthenticatorChain authenticators;
    private final transient Impersonation impersonation;
    private final transient RequestIntake intake;
    private final transient FlowGate gate;
    private final transient ConsoleConfig console;
    private final transient RegistryConfig registry;
    private final transient PumpCrew crew;
    private final transient OpenWebSockets webSockets;

    @Resource
    private transient @Nullable ManagedExecutorService executor;

    @Inject
    public ApiFilter(
            ApiService service,
            AuthenticatorChain authenticators,
            Impersonation impersonation,
            RequestIntake intake,
            FlowGate gate,
            ConsoleConfig console,
            RegistryConfig registry,
            OpenWebSockets webSockets,
            ScheduledExecutorService timer) {
        this.service = service;
        this.authenticators = authenticators;
        this.impersonation = impersonation;
        this.intake = intake;
        this.gate = gate;
        this.console = console;
        this.registry = registry;
        this.webSockets = webSockets;
        int regulars = 2 * Runtime.getRuntime().availableProcessors();
        this.crew = new PumpCrew(task -> threads().execute(task), timer, regulars);
    }

    @Override
    protected void doFilter(HttpServletRequest http, HttpServletResponse out, FilterChain chain)
            throws IOException, ServletException {
        Listener listener = Listener.of(http.getLocalPort(), console, registry);
        if (!RawPath.isPlain(http.getRequestURI())) {
            HttpAnswers.send(HttpAnswers.failed(http, RawPath.refusal()), out);
        } else if (!listener.serves(path(http))) {
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
            Ticket waited = FlowGate.ticket(http);
            if (waited != null && http.getDispatcherType() == DispatcherType.ASYNC) {
                resume(http, out, chain, waited);
                return;
            }
            out.setHeader(RequestReader.AUDIT_ID, RequestReader.auditId(http));
            UserInfo user = admit(http);
            http.setAttribute(USER, user);
            RequestInfo info = info(http, user);
            if (FlowGate.counts(info)) {
                enter(http, out, chain, user, info);
            } else {
                serve(http, out, chain, user, info);
            }
        } catch (ApiException e) {
            refuse(http, out, e);
        } catch (RuntimeException | StackOverflowError e) {
            refuse(http, out, HttpAnswers.fault(e));
        }
    }

    private static void refuse(HttpServletRequest http, HttpServletResponse out, ApiException failure)
            throws IOException {
        if (out.isCommitted()) {
            // Half an answer is out: only a broken connection tells the client.
            throw new IOException("an answer broke off", failure);
        }
        HttpAnswers.send(HttpAnswers.failed(http, failure), out);
    }

    private void enter(
            HttpServletRequest http, HttpServletResponse out, FilterChain chain, UserInfo user, RequestInfo info)
            throws IOException, ServletException {
        Ticket ticket = gate.enter(http, out, user, info);
        if (ticket.state() == Ticket.State.WAITING) {
            gate.await(ticket, http, out, threads());
            return;
        }
        run(http, out, chain, user, ticket);
    }

    /** A request that had to wait comes again. */
    private void resume(HttpServletRequest http, HttpServletResponse out, FilterChain chain, Ticket ticket)
            throws IOException, ServletException {
        if (!(http.getAttribute(USER) instanceof UserInfo user)) {
            throw new IllegalStateException("a request that waited has lost its user");
        }
        run(http, out, chain, user, ticket);
    }

    private void run(HttpServletRequest http, HttpServletResponse out, FilterChain chain, UserInfo user, Ticket ticket)
            throws IOException, ServletException {
        try {
            FlowGate.requireAdmitted(ticket);
        } catch (ApiException refused) {
            intake.refused(http, user, refused);
            throw refused;
        }
        try {
            serve(http, out, chain, user, info(http, user));
        } finally {
            ticket.finish();
        }
    }

    private void serve(
            HttpServletRequest http, HttpServletResponse out, FilterChain chain, UserInfo user, RequestInfo info)
            throws IOException, ServletException {
        if (info.isResource() && info.subresource().equals("proxy")) {
            proxy(http, out, user);
        } else if (isStream(info)) {
            stream(http, out, user);
        } else if (!ApiPaths.covers(path(http)) || info.isResource() && !isManifest(http)) {
            // What no JAX-RS application has is answered by the API all the same.
            ApiRequest request = intake.read(http, user);
            answer(http, out, request, service.handle(request));
        } else {
            http.setAttribute(ORIGINAL, http);
            chain.doFilter(new PlainRequest(http), out);
        }
    }

    /** Whether the body is YAML, as people write manifests. */
    private static boolean isManifest(HttpServletRequest http) {
        return RequestReader.header(http, "Content-Type").startsWith(MediaTypes.YAML);
    }

    private static void answer(
            HttpServletRequest http, HttpServletResponse out, ApiRequest request, ApiResponse response)
            throws IOException {
        HttpAnswer answer = HttpAnswers.encode(http, request, response);
        try {
            HttpAnswers.send(http.getMethod().equals("HEAD") ? answer.withoutBody() : answer, out);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the client left before it had its answer", e);
        }
    }

    /** As whom the request runs. @throws ApiException 401, 403, 405; such a refusal is audited here */
    private UserInfo admit(HttpServletRequest http) {
        UserInfo authenticated = UserInfo.ANONYMOUS;
        try {
            if (!METHODS.contains(http.getMethod())) {
                throw ApiException.methodNotAllowed();
            }
            authenticated = authenticate(http);
            http.setAttribute(RequestReader.AUTHENTICATED, authenticated);
            return impersonation.apply(authenticated, RequestReader.impersonation(http));
        } catch (ApiException e) {
            intake.refused(http, authenticated, e);
            throw e;
        }
    }

    private UserInfo authenticate(HttpServletRequest http) {
        List<X509Certificate> certificates =
                http.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
        return authenticators.authenticate(
                new Authenticator.Credentials(certificates, BearerProtocol.authorization(http)));
    }

    private RequestInfo info(HttpServletRequest http, UserInfo user) {
        try {
            return RequestReader.info(http);
        } catch (ApiException unreadable) {
            intake.refused(http, user, unreadable);
            throw unreadable;
        }
    }

    private static boolean isStream(RequestInfo info) {
        return info.isResource() && (info.verb().equals("watch") || STREAMS.contains(info.subresource()));
    }

    private void stream(HttpServletRequest http, HttpServletResponse out, UserInfo user) throws IOException {
        boolean webSocket = WebSocketUpgrade.isAsked(http);
        if (webSocket) {
            WebSocketUpgrade.require(http);
        }
        ApiRequest request = intake.read(http, user);
        ApiResponse response = service.handle(request);
        if (webSocket) {
            webSocket(http, out, request, response);
        } else if (response instanceof ApiResponse.WatchResponse watch) {
            begin(http, out, watch.mediaType(), Frames.of(watch.events(), watch.mediaType()), watch.warnings());
        } else if (response instanceof ApiResponse.ByteStreamResponse bytes) {
            begin(http, out, bytes.contentType(), Frames.of(bytes.source()), bytes.warnings());
        } else if (response instanceof ApiResponse.UpgradeResponse upgrade) {
            try {
                tunnel(http, out, upgrade);
            } catch (IOException | RuntimeException e) {
                upgrade.ended().run();
                throw e;
            }
        } else {
            answer(http, out, request, response);
        }
    }

    /** The body is the backend's: it is not read here. */
    private void proxy(HttpServletRequest http, HttpServletResponse out, UserInfo user) throws IOException {
        ApiRequest request = RequestReader.head(http, user);
        ApiResponse response = service.handle(request);
        if (response instanceof ApiResponse.ProxyResponse proxy) {
            new ProxyExchange(http, out, threads()).run(proxy);
        } else {
            HttpAnswers.send(HttpAnswers.encode(http, request, response), out);
        }
    }

    private void webSocket(HttpServletRequest http, HttpServletResponse out, ApiRequest request, ApiResponse response)
            throws IOException {
        WebSockets sockets = new WebSockets(http, out, request, threads(), webSockets);
        if (response instanceof ApiResponse.WatchResponse watch) {
            sockets.watch(watch);
        } else if (response instanceof ApiResponse.ByteStreamResponse bytes) {
            sockets.bytes(bytes);
        } else if (response instanceof ApiResponse.UpgradeResponse upgrade) {
            try {
                sockets.connect(upgrade);
            } catch (IOException | RuntimeException e) {
                upgrade.ended().run();
                throw e;
            }
        } else {
            answer(http, out, request, response);
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
            new StreamPump(context, out.getOutputStream(), frames, crew).start();
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
            http.upgrade(Tunnel.class).connect(node.socket(), threads(), upgrade.ended());
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
