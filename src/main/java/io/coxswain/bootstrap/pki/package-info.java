/**
 * The cluster's certificate authority and everything it signs: the serving certificate and key stores for Liberty, the
 * administrator's kubeconfig, a client certificate for each local node, and the key that signs ServiceAccount tokens.
 * {@link io.coxswain.bootstrap.pki.ClusterPki} makes what is missing and renews what grows old;
 * {@link io.coxswain.bootstrap.pki.PkiCommand} does so before Liberty starts. Knows files and certificates, no API objects.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.pki;
