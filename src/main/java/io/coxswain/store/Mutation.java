package io.coxswain.store;

/**
 * One step of a change set. All steps of a set commit at consecutive revisions in one transaction, or none does.
 *
 * <p>{@code expected} is the revision at which the caller saw the object: the step fails with
 * {@link PreconditionFailedException} if the object's current revision is another one.
 */
public sealed interface Mutation {
    ObjectKey key();

    /** Makes an object that must not exist. */
    record Create(ObjectKey key, ObjectBytes value) implements Mutation {}

    /** Replaces an object that must be at the expected revision. */
    record Update(ObjectKey key, long expected, ObjectBytes value) implements Mutation {}

    /**
     * Removes an object that must be at the expected revision.
     *
     * @param last the object's last state, which watchers receive with the revision of the deletion
     */
    record Delete(ObjectKey key, long expected, ObjectBytes last) implements Mutation {}

    /** Changes nothing, but fails the whole set unless the object is at the expected revision (0: does not exist). */
    record Check(ObjectKey key, long expected) implements Mutation {}
}
