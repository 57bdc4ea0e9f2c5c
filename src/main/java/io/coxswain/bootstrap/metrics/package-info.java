/**
 * Figures of the parts that know no metrics themselves: store, work queues, scheduler, audit log, this process. Imported by
 * nobody.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.metrics;
