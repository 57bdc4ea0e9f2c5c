/**
 * Manifests: read, compared with what is there, applied. Entry: {@link io.coxswain.console.apply.ApplyPage}. Knows the shell,
 * the client and the object model's schema (for merge keys).
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.apply;
