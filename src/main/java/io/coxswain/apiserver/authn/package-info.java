/**
 * Who asks: authenticators turn certificates, tokens and registry users into a {@code UserInfo}. Each authenticator is one
 * CDI bean of {@link io.coxswain.apiserver.authn.Authenticator}. Imports neither JAX-RS nor the store.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.authn;
