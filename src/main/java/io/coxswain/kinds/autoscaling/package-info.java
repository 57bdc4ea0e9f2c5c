/**
 * The kinds of {@code autoscaling}: HorizontalPodAutoscaler in both versions; the older one is a view of the newer.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.autoscaling;
