/**
 * ServiceAccount tokens: signed JWTs that name the account and the pod or node they are bound to. Issues them
 * ({@link io.coxswain.authn.token.TokenIssuer}, the subresource {@code serviceaccounts/token}), checks them
 * ({@link io.coxswain.authn.token.ServiceAccountAuthenticator}) and publishes the keys for other verifiers
 * ({@link io.coxswain.authn.token.OpenIdDiscovery}). Reads objects through {@code client} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.authn.token;
