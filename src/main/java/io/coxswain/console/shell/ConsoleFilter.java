package io.coxswain.console.shell;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authn.registry.RegistryUsers;
import io.coxswain.authn.registry.UserDirectory;
import io.coxswain.bootstrap.config.ConsoleConfig;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * The door of the console: serves it on its own port only, sends whoever is not signed in to the sign-in page, and turns
 * what a page failed with into the error page. The API's paths never pass here.
 */
@WebFilter(
        urlPatterns = {"*.xhtml", "/console/*"},
        asyncSupported = true)
public class ConsoleFilter extends HttpFilter {
    /** A page is sent when it is complete, so that one that fails midway can be replaced by the error page. Bytes. */
    private static final int PAGE_BUFFER = 256 * 1024;

    private static final long serialVersionUID = 1L;
    /** The request attribute with the signed-in {@link UserInfo}. */
    static final String USER = "io.coxswain.console.user";

    static final String SIGN_IN = "/signin.xhtml";
    private static final String ERROR = "/error.xhtml";
    private static final String RESOURCES = "/jakarta.faces.resource/";
    private static final Set<String> OPEN = Set.of(SIGN_IN, ERROR);
    /** Scripts are PrimeFaces' business: it sends a policy of its own, with a nonce. */
    private static final String POLICY =
            "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self';"
                    + " connect-src 'self'; img-src 'self' data:; font-src 'self' data:";

    private final transient ConsoleConfig config;
    private final transient RegistryUsers users;

    @Inject
    public ConsoleFilter(ConsoleConfig config, RegistryUsers users) {
        this.config = config;
        this.users = users;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
        if (request.getLocalPort() != config.port()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Strict-Transport-Security", "max-age=31536000");
        if (path.startsWith(RESOURCES)) {
            chain.doFilter(request, response);
            return;
        }
        response.addHeader("Content-Security-Policy", POLICY);
        response.setHeader("Cache-Control", "no-store");
        try {
            Optional<UserInfo> user = user(request);
            if (user.isPresent()) {
                request.setAttribute(USER, user.get());
            } else if (!OPEN.contains(path)) {
                toSignIn(request, response, path);
                return;
            }
            if (path.endsWith(".xhtml") && request.getServletContext().getResource(path) == null) {
                show(Problem.NOT_FOUND, request, response); // Faces would answer an empty page
                return;
            }
            response.setBufferSize(PAGE_BUFFER);
            ErrorCatcher caught = new ErrorCatcher(response);
            chain.doFilter(request, caught);
            if (caught.code == HttpServletResponse.SC_NOT_FOUND) {
                show(Problem.NOT_FOUND, request, response);
            } else if (caught.code != 0) {
                show(new Problem(caught.code, "", ""), request, response);
            }
        } catch (UserDirectory.DirectoryUnavailableException e) {
            show(new Problem(503, String.valueOf(e.getMessage()), ""), request, response);
        } catch (ServletException | RuntimeException e) {
            show(Problem.of(e), request, response);
        }
    }

    private Optional<UserInfo> user(HttpServletRequest request) throws ServletException {
        Principal principal = request.getUserPrincipal();
        if (principal == null) {
            return Optional.empty();
        }
        Optional<UserInfo> user = users.find(principal.getName());
        if (user.isEmpty()) {
            // Signed in once, and gone from the registry since.
            request.logout();
        }
        return user;
    }

    private static void toSignIn(HttpServletRequest request, HttpServletResponse response, String path)
            throws IOException {
        String query = request.getQueryString();
        String back = query == null || !request.getMethod().equals("GET") ? path : path + "?" + query;
        String target = request.getContextPath() + SIGN_IN + "?to=" + URLEncoder.encode(back, StandardCharsets.UTF_8);
        if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
            response.setContentType("text/xml;charset=UTF-8");
            response.getWriter()
                    .write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><partial-response><redirect url=\""
                            + target.replace("&", "&amp;") + "\"/></partial-response>");
        } else if (path.startsWith("/console/")) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
        } else {
            response.sendRedirect(target);
        }
    }

    private static void show(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        if (response.isCommitted()) {
            return; // the rest of the page is lost; the log has the cause
        }
        response.resetBuffer();
        response.setStatus(problem.code());
        request.setAttribute(Problem.ATTRIBUTE, problem);
        request.getRequestDispatcher(ERROR).forward(request, new BegunResponse(response));
    }

    /** A response that has been written to and reset: its buffer is as large as it was made then. */
    private static final class BegunResponse extends HttpServletResponseWrapper {
        BegunResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setBufferSize(int size) {
            // Faces asks for a size before each page; the container refuses that after the first byte.
        }
    }

    /** Keeps {@code sendError} from showing the server's own page. */
    private static final class ErrorCatcher extends HttpServletResponseWrapper {
        private int code;

        ErrorCatcher(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void sendError(int error) {
            code = error;
        }

        @Override
        public void sendError(int error, String message) {
            code = error;
        }
    }
}
