/**
 * The cluster's image registry: OCI distribution 1.1 for push and pull, over plain files below the data directory. Knows
 * blobs, manifests and tags; who may do what it asks {@link io.coxswain.imageregistry.ImageAccess}.
 *
 * <p>Must not import {@code apiserver.registry}, {@code kinds} or the store. Entry: {@link io.coxswain.imageregistry.RegistryServlet}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.imageregistry;
