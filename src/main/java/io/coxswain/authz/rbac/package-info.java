/**
 * Role-based access control. {@link io.coxswain.authz.rbac.RoleIndex} keeps roles by name and bindings by subject, so a decision
 * costs what the user's own bindings cost, however many others there are; {@link io.coxswain.authz.rbac.RoleWatch} keeps it
 * current; {@link io.coxswain.authz.rbac.RbacAuthorizer} answers from it.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.authz.rbac;
