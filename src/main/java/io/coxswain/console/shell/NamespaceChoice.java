package io.coxswain.console.shell;

import jakarta.enterprise.context.SessionScoped;
import java.io.Serializable;

/** The namespace that the lists show; chosen on one page, kept on the next. {@code ""}: all that the user may see. */
@SessionScoped
public class NamespaceChoice implements Serializable {
    private static final long serialVersionUID = 1L;
    /** The query parameter with the choice; {@code *} means all. */
    public static final String PARAMETER = "ns";

    private static final String ALL = "*";

    private String current = "";

    /** Takes over the choice that the request makes, if any, and tells the current one. */
    public String from(ConsoleSession session) {
        String wanted = session.parameter(PARAMETER);
        if (!wanted.isEmpty()) {
            current = wanted.equals(ALL) ? "" : wanted;
        }
        return current;
    }

    public void choose(String namespace) {
        current = namespace;
    }
}
