/**
 * What admission plugins have in common; each plugin stands in a package of its own below and knows no other.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission;
