/**
 * Label and field selectors: parsing with upstream's messages, and matching. Imports {@code io.coxswain.meta} alone.
 * Entries: {@link io.coxswain.meta.selector.LabelSelector}, {@link io.coxswain.meta.selector.FieldSelector}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.selector;
