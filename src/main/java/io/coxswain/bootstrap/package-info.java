/**
 * Puts the parts together: the order in which they start, and the few classes that join two parts which must not know each
 * other. May import everything; nobody imports it. Entry: {@link io.coxswain.bootstrap.ServerStartup}, which runs every
 * {@link io.coxswain.bootstrap.StartPhase}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap;
