/**
 * The ways to prove who one is, one subpackage each: client certificates, ServiceAccount tokens, and Liberty's user registry.
 * Each is a CDI bean of {@link io.coxswain.apiserver.authn.Authenticator}; nothing imports them but {@code bootstrap}, which
 * gives them their keys, and the console, which asks for a signed-in user's groups. Never imports the store.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.authn;
