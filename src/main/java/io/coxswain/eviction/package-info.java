/**
 * {@code pods/eviction}: deletes a pod if the disruption budgets of its namespace allow it. An action of the API server
 * that itself reads and writes through {@code client}, as upstream's does.
 *
 * <p>Knows pods and budgets as trees; never imports store or controllers. Entry class is {@code PodEviction}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.eviction;
