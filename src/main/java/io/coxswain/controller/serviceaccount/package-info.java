/**
 * Gives every namespace its ServiceAccount {@code default}. Entry:
 * {@link io.coxswain.controller.serviceaccount.ServiceAccountReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.serviceaccount;
