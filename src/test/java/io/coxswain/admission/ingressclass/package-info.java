/** Tests of its plugins. */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.ingressclass;
