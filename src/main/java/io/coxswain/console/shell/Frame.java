package io.coxswain.console.shell;

import io.coxswain.bootstrap.config.ClusterConfig;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.List;

/** What stands around every page, and the functions that pages' expressions use. */
@Named
@RequestScoped
public class Frame {
    private final ConsoleSession session;
    private final ClusterConfig cluster;
    private final HttpServletRequest request;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected Frame() {
        this(null, null, null);
    }

    @Inject
    public Frame(ConsoleSession session, ClusterConfig cluster, HttpServletRequest request) {
        this.session = session;
        this.cluster = cluster;
        this.request = request;
    }

    public String getUser() {
        return session.user().name();
    }

    public String getGroups() {
        return String.join(", ", session.user().groups());
    }

    public boolean isSignedIn() {
        return request.getAttribute(ConsoleFilter.USER) != null;
    }

    public String getCluster() {
        return cluster.domain();
    }

    /** The namespaces to choose from. */
    public List<String> getNamespaces() {
        return session.namespaces();
    }

    /** A text with parameters. */
    public String text(String key, Object... parameters) {
        return session.text(key, parameters);
    }

    public String age(String timestamp) {
        return timestamp.isEmpty() ? "" : session.age(timestamp);
    }

    /** What the error page is about. An Ajax request left it in the session. */
    public Problem getProblem() {
        if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem) {
            return problem;
        }
        HttpSession http = request.getSession(false);
        return http != null && http.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem
                ? problem
                : Problem.NOT_FOUND;
    }
}
