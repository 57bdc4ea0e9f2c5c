/**
 * Removes bootstrap tokens whose time is over. Entry: {@link io.coxswain.controller.tokencleaner.TokenCleaner}. Imports
 * {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.tokencleaner;
