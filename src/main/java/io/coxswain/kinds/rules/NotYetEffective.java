package io.coxswain.kinds.rules;

import java.util.List;

/** The warning about objects that extend the API: they are kept, but this server does not act on them yet. */
public final class NotYetEffective {
    private NotYetEffective() {}

    public static List<String> of(String kind) {
        return List.of(kind + " objects are stored but have no effect on this server yet");
    }
}
