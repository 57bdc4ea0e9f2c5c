package io.coxswain.node.simulated;

/** An annotation that cannot be followed; the message names it and says why. */
final class ScriptException extends Exception {
    private static final long serialVersionUID = 1L;

    ScriptException(String annotation, String why) {
        super("annotation " + Setting.PREFIX + annotation + ": " + why);
    }
}
