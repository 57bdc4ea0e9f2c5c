/**
 * The store's tables: entities, transactions, schema, and the {@link io.coxswain.store.ObjectLog} over them. The only
 * code that imports {@code jakarta.persistence}.
 *
 * <p>Imports {@code store} and nothing else of Coxswain. Entry: {@link io.coxswain.store.jpa.ObjectStoreProducer} in a
 * server, {@link io.coxswain.store.jpa.JpaObjectLog} elsewhere.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.store.jpa;
