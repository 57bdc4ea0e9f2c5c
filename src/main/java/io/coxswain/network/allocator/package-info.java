/** Gives Services their cluster addresses and node ports: an admission plugin over in-memory pools. Entry: {@link io.coxswain.network.allocator.ServiceAllocation}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.network.allocator;
