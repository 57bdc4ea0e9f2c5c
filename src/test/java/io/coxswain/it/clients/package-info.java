/**
 * The two Java clients that people use against the running server: fabric8's and the Kubernetes project's own. Both go
 * through the same steps, so that what only one of them minds is seen. They know the server by its kubeconfig and nothing
 * else; nothing of the server is imported. Entry: {@link io.coxswain.it.clients.Cluster}.
 */
@NullMarked
package io.coxswain.it.clients;

import org.jspecify.annotations.NullMarked;
