/** The control loops, one package each, and the runtime they share ({@code controller.runtime}). Loops reach the cluster only through {@code client} and do not import each other. */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller;
