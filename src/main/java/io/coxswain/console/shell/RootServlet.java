package io.coxswain.console.shell;

import io.coxswain.bootstrap.config.ConsoleConfig;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends who opens the console's address to its first page. On the API's ports nothing is served at the root. */
@WebServlet(name = "console-root", urlPatterns = "")
public class RootServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient ConsoleConfig config;

    @Inject
    public RootServlet(ConsoleConfig config) {
        this.config = config;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getLocalPort() == config.port()) {
            response.sendRedirect(request.getContextPath() + "/overview.xhtml");
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
