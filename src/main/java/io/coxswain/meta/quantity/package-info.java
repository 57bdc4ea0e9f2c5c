/**
 * Resource quantities ({@code 100m}, {@code 1Gi}) and int-or-percent values, with upstream's exact arithmetic and
 * canonical text. Imports nothing else of Coxswain. Entry: {@link io.coxswain.meta.quantity.Quantity}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.quantity;
