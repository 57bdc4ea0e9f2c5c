/**
 * The audit log: {@link io.coxswain.apiserver.audit.Auditor} begins an {@link io.coxswain.apiserver.audit.AuditContext} for
 * every request as the {@link io.coxswain.apiserver.audit.AuditPolicy} says, and {@link io.coxswain.apiserver.audit.AuditLog}
 * writes its events as {@code audit.k8s.io/v1} lines, off the request's path. Knows requests, users and bytes; must not
 * import the registry, authorizers or HTTP.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.audit;
