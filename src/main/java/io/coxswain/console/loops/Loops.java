package io.coxswain.console.loops;

import java.util.List;

/** The control loops of this server. */
public interface Loops {
    /** As they are now, in the order of their names. */
    List<LoopRow> rows();

    /** As whom this server competes for the lease of the controllers. */
    String identity();
}
