package io.coxswain.store;

/** How long a resource's past is kept; also which pair of tables it lives in. */
public enum Retention {
    NORMAL,
    /** Written often and of no interest soon after: leases and events. */
    SHORT
}
