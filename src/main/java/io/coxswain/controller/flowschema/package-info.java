/**
 * Tells in each FlowSchema's status whether its priority level exists. Entry:
 * {@link io.coxswain.controller.flowschema.FlowSchemaReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only; how requests are queued is {@code apiserver.flowcontrol}'s.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.flowschema;
