/**
 * {@code flowcontrol.apiserver.k8s.io/v1}: FlowSchema and PriorityLevelConfiguration, which {@code apiserver.flowcontrol} obeys.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.flowcontrol;
