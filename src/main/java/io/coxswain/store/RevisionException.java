package io.coxswain.store;

/** A revision that cannot be served. */
public class RevisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Problem {
        /** History no longer reaches back to it: HTTP 410. */
        COMPACTED,
        /** No write has that revision yet, and none came in time: HTTP 504. */
        FUTURE
    }

    private final Problem problem;
    private final long requested;
    private final long bound;

    /** @param bound the oldest revision there is, or the current one */
    public RevisionException(Problem problem, long requested, long bound) {
        super(problem + ": revision " + requested + ", bound " + bound);
        this.problem = problem;
        this.requested = requested;
        this.bound = bound;
    }

    public Problem problem() {
        return problem;
    }

    public long requested() {
        return requested;
    }

    public long bound() {
        return bound;
    }
}
