/**
 * Bootstrap tokens: Secrets of {@code kube-system} with which a machine that has nothing else yet asks for its first certificate.
 * Entry: {@link io.coxswain.authn.bootstraptoken.BootstrapTokenAuthenticator}. Never imports store.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.authn.bootstraptoken;
