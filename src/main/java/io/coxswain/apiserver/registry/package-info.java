/**
 * CRUD semantics for any kind: defaulting, validation, generation, finalizers, graceful deletion, subresources, dry run.
 * A kind is one {@link io.coxswain.apiserver.registry.KindDefinition}, found by CDI; this package knows none by name and
 * imports neither JAX-RS nor JPA.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.registry;
