/** Tests of the Pod Security Standards. */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.podsecurity;
