/**
 * The web console: Jakarta Faces pages over the API, acting as the signed-in user and with nobody else's rights. Each page
 * is a subpackage with its bean and records, and an xhtml of the same name; {@link io.coxswain.console.shell} has what
 * they share. Must not import store, controller, scheduler, node, or the API server beyond its request types.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console;
