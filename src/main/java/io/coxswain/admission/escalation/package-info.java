/** Keeps users from granting rights they do not hold: checks of Roles, ClusterRoles and their bindings. Entry: {@link io.coxswain.admission.escalation.RoleEscalation}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.escalation;
