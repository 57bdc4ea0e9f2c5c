/**
 * API priority and fairness: which request may run now, which waits in whose queue, which is turned away. Schemas and levels
 * are plain values made of {@code flowcontrol.apiserver.k8s.io/v1} trees. Imports {@code apiserver.request}, {@code meta} and
 * {@code observability}; entry: {@link io.coxswain.apiserver.flowcontrol.FlowController}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.flowcontrol;
