/** The Node authorizer: what a kubelet may do, which is what the pods on its node need. Entry: {@link io.coxswain.authz.node.NodeAuthorizer}. Reads pods through {@code client} informers. */
@org.jspecify.annotations.NullMarked
package io.coxswain.authz.node;
