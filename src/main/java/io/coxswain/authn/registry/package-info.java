/**
 * Liberty's user registry: basic, LDAP or federated, whichever {@code server.xml} configures. Names and passwords of API calls
 * ({@link io.coxswain.authn.registry.BasicAuthenticator}) and the groups of the console's signed-in user
 * ({@link io.coxswain.authn.registry.RegistryUsers}). The only code that knows Liberty's own API.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.authn.registry;
