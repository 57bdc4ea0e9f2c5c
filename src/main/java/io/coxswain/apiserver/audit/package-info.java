/**
 * The hook for audit: every request is told to each {@link io.coxswain.apiserver.audit.AuditSink} when it has been
 * answered. Imports {@code apiserver.request} alone.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.audit;
