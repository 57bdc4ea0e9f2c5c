@org.jspecify.annotations.NullMarked
package io.coxswain.placement;
