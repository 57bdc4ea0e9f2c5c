/** Tests of evictions. */
@org.jspecify.annotations.NullMarked
package io.coxswain.eviction;
