/**
 * Pods with their containers, events and live logs. Entry: {@link io.coxswain.console.pods.PodsPage}. Knows the shell and the
 * client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.pods;
