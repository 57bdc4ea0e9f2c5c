package io.coxswain.console.pods;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The live log of a container for the pod page's script, as the signed-in user: plain text that comes as it is written.
 * Parameters: {@code namespace}, {@code pod}, {@code container}, {@code tail}, {@code follow}, {@code previous}.
 */
@WebServlet(name = "console-log", urlPatterns = "/console/log", asyncSupported = true)
public class LogServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient ConsoleSession session;

    @Resource
    private transient @Nullable ManagedExecutorService executor;

    @Inject
    public LogServlet(ConsoleSession session) {
        this.session = session;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        ByteSource log;
        try {
            log = session.resource(Resources.PODS).stream(
                    session.parameter("namespace"), session.parameter("pod"), "log", query(session));
        } catch (ApiException refusal) {
            response.setStatus(refusal.code());
            response.getOutputStream().write(refusal.status().message().getBytes(StandardCharsets.UTF_8));
            return;
        }
        try {
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            response.flushBuffer();
            new LogStream(context, response.getOutputStream(), log, threads()).start();
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    static Map<String, List<String>> query(ConsoleSession session) {
        Map<String, List<String>> query = new HashMap<>();
        if (!session.parameter("container").isEmpty()) {
            query.put("container", List.of(session.parameter("container")));
        }
        String tail = session.parameter("tail");
        query.put("tailLines", List.of(tail.matches("\\d{1,5}") ? tail : "500"));
        query.put("follow", List.of(Boolean.toString("true".equals(session.parameter("follow")))));
        query.put("previous", List.of(Boolean.toString("true".equals(session.parameter("previous")))));
        return query;
    }

    private ManagedExecutorService threads() {
        ManagedExecutorService threads = executor;
        if (threads == null) {
            throw new IllegalStateException("the server injected no executor");
        }
        return threads;
    }
}
