/** Tests of the admission of signing requests. */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.certificates;
