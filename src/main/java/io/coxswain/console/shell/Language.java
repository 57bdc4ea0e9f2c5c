package io.coxswain.console.shell;

import jakarta.enterprise.context.SessionScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The language of the pages: the first of the browser's that we speak, until the user chooses another. */
@Named
@SessionScoped
public class Language implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.JAPANESE);

    private final HttpServletRequest request;
    private @Nullable Locale chosen;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected Language() {
        this.request = null;
    }

    @Inject
    public Language(HttpServletRequest request) {
        this.request = request;
    }

    public Locale getCurrent() {
        Locale wish = chosen;
        return wish != null ? wish : best(Collections.list(request.getLocales()));
    }

    static Locale best(List<Locale> wanted) {
        for (Locale wish : wanted) {
            for (Locale spoken : SPOKEN) {
                if (spoken.getLanguage().equals(wish.getLanguage())) {
                    return spoken;
                }
            }
        }
        return Locale.ENGLISH;
    }

    public List<Locale> getSpoken() {
        return SPOKEN;
    }

    /** Keeps to a language, such as {@code ja}, until the session ends. */
    public void choose(String tag) {
        chosen = best(List.of(Locale.forLanguageTag(tag)));
        FacesContext context = FacesContext.getCurrentInstance();
        if (context != null && context.getViewRoot() != null) {
            context.getViewRoot().setLocale(getCurrent());
        }
    }
}
