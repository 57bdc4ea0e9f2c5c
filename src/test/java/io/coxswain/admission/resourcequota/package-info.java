@org.jspecify.annotations.NullMarked
package io.coxswain.admission.resourcequota;
