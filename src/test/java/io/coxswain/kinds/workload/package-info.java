@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.workload;
