package io.coxswain.kinds.rules;

import java.util.List;

/** The warning about objects that are kept, but that nothing on this server acts on yet: whoever makes one must not rely on it. */
public final class NotYetEffective {
    private NotYetEffective() {}

    public static List<String> of(String kind) {
        return List.of(kind + " objects are stored but have no effect on this server yet");
    }
}
