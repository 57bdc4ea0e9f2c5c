/**
 * Drives pods off nodes whose NoExecute taints they do not tolerate. Entry:
 * {@link io.coxswain.controller.tainteviction.TaintEvictionReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.tainteviction;
