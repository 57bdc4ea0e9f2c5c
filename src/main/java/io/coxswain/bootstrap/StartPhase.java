package io.coxswain.bootstrap;

/** One step of the server's start: a CDI bean. Phases run one after the other by {@link #order()} and stop in reverse. */
public interface StartPhase {
    /** Settings are read and checked. */
    int SETTINGS = 100;
    /** Certificates and keys. */
    int PKI = 200;
    /** The store is loaded. */
    int STORE = 300;
    /** Kinds are known, caches are filled, permissions can be decided. */
    int API = 400;
    /** Namespaces, roles and services that must exist. */
    int DEFAULT_OBJECTS = 500;
    /** From here on phases run when requests are taken already. */
    int OPEN = 600;
    /** Control loops and the scheduler. */
    int CONTROLLERS = 700;
    /** Cluster DNS and service rules. */
    int NETWORK = 800;
    /** The node agents of this server. */
    int NODES = 900;

    /** Names the phase in the log and in {@code /readyz}. */
    String name();

    int order();

    /** Blocks until the part works. An exception stops the start of the server. */
    void start() throws Exception;

    /** Called on the way down if {@link #start} had begun. */
    default void stop() {}
}
