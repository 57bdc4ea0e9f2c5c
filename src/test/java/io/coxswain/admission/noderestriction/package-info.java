/** Tests of the restriction of kubelets. */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.noderestriction;
