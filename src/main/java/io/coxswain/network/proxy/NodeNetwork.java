package io.coxswain.network.proxy;

import java.io.IOException;

/** The network of one node, on which rules can be set. */
public interface NodeNetwork {
    /** The Node's name. */
    String nodeName();

    /**
     * Loads a rule set; all of it takes effect at once, or none.
     *
     * @param script in the syntax of {@code nft -f}
     * @throws IOException if nft refuses it; the message says why
     */
    void loadRules(String script) throws IOException, InterruptedException;

    /** Whatever tells two lives of this network apart: it changes when the node was restarted and has lost its rules. */
    String incarnation();
}
