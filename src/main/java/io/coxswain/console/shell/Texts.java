package io.coxswain.console.shell;

import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** The texts of one language. Parameters stand as {@code {0}}, {@code {1}}; nothing else in a text is special. Immutable. */
public final class Texts {
    /** Base name of the bundles. */
    public static final String BUNDLE = "io.coxswain.console.messages";

    private final ResourceBundle bundle;

    public Texts(Locale locale) {
        this.bundle = ResourceBundle.getBundle(BUNDLE, locale);
    }

    /** The text of a key; the key itself between question marks if there is none, which a test would find. */
    public String of(String key, Object... parameters) {
        String text;
        try {
            text = bundle.getString(key);
        } catch (MissingResourceException missing) {
            return "???" + key + "???";
        }
        for (int i = 0; i < parameters.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(parameters[i]));
        }
        return text;
    }
}
