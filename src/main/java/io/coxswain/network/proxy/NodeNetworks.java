package io.coxswain.network.proxy;

import java.util.Collection;

/** The networks of the nodes that this server drives, as they are now. */
public interface NodeNetworks {
    Collection<? extends NodeNetwork> running();
}
