/** The sources of permissions, one subpackage each: RBAC and the Node authorizer. CDI beans of {@link io.coxswain.apiserver.authz.Authorizer}; read objects through {@code client}, never the store. */
@org.jspecify.annotations.NullMarked
package io.coxswain.authz;
