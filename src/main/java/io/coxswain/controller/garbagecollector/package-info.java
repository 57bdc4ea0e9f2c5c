/**
 * Deletes what has lost its owners. A graph of all objects' owners ({@code OwnerGraph}) is kept from summaries; before it
 * acts the loop looks at the live objects. Entry: {@link io.coxswain.controller.garbagecollector.GarbageCollector}. Imports
 * {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.garbagecollector;
