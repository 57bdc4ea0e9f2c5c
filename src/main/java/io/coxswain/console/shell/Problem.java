package io.coxswain.console.shell;

import io.coxswain.meta.ApiException;
import java.io.FileNotFoundException;
import java.io.Serializable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the error page tells.
 *
 * @param code HTTP status
 * @param message of the API server, to show as it is; {@code ""} if the fault is the console's own
 * @param incident stands in the log beside the cause; {@code ""} if nothing was logged
 */
public record Problem(int code, String message, String incident) implements Serializable {
    /** The request or session attribute it is kept in. */
    public static final String ATTRIBUTE = "io.coxswain.console.problem";

    private static final System.Logger LOG = System.getLogger(Problem.class.getName());
    static final Problem NOT_FOUND = new Problem(404, "", "");

    /** Key of the heading. */
    public String title() {
        return switch (code) {
            case 403, 404, 503 -> "error." + code;
            default -> "error.other";
        };
    }

    /** Makes a page's failure presentable; what is nobody's bad input is logged, once, here. */
    static Problem of(Throwable failure) {
        ApiException answer = find(failure, ApiException.class);
        if (answer != null) {
            return new Problem(answer.code(), answer.status().message(), "");
        }
        if (find(failure, FileNotFoundException.class) != null) {
            return NOT_FOUND;
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        LOG.log(System.Logger.Level.ERROR, "a console page failed (incident " + incident + ")", failure);
        return new Problem(500, "", incident);
    }

    /** The first of a kind among a failure and its causes. */
    static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 30; depth++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
            at = at.getCause();
        }
        return null;
    }
}
