package io.coxswain.console.shell;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;

/** What an action tells the user at the top of the page, or beside a field. */
public interface Notices {
    /** The action did what was asked. */
    void done(String text);

    /** The action did not. @param clientId of the field it is about, {@code ""} for none */
    void failed(String clientId, String text);

    /** Shows the API server's answer as it is, its causes included. */
    default void failed(ApiException answer) {
        failed("", answer.status().message());
        Status.Details details = answer.status().details();
        if (details != null && details.causes().size() > 1) {
            details.causes()
                    .forEach(cause ->
                            failed("", (cause.field().isEmpty() ? "" : cause.field() + ": ") + cause.message()));
        }
    }
}
