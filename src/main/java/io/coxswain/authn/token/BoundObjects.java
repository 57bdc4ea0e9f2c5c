package io.coxswain.authn.token;

import java.time.Instant;
import java.util.Optional;

/** Looks up the objects that tokens are bound to. Blocks at most for one read from memory, or one call if an object is not known yet. */
public interface BoundObjects {
    /**
     * What matters of an object.
     *
     * @param deletionTimestamp when its deletion was asked for, or will be carried out; empty if it is not being deleted
     */
    record Found(String uid, Optional<Instant> deletionTimestamp) {}

    /**
     * @param expectedUid the uid that the caller hopes for: another one in the cache is looked up again
     */
    Optional<Found> find(Kind kind, String namespace, String name, String expectedUid);

    /** The kinds a token can refer to. */
    enum Kind {
        SERVICE_ACCOUNT,
        POD,
        NODE,
        SECRET
    }
}
