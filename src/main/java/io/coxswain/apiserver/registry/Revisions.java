package io.coxswain.apiserver.registry;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import io.coxswain.store.RevisionException;
import java.util.List;

/** What clients are told about revisions that cannot be served. */
public final class Revisions {
    private Revisions() {}

    /** 410 with the message given, or 504 for the future, worded as upstream. */
    public static ApiException tooOldOrNew(RevisionException e, String tooOld) {
        if (e.problem() == RevisionException.Problem.COMPACTED) {
            return new ApiException(ApiException.expired(tooOld).status(), e);
        }
        Status status = Status.failure(
                504,
                "Timeout",
                "Too large resource version: " + e.requested() + ", current: " + e.bound(),
                new Status.Details(
                        "",
                        "",
                        "",
                        "",
                        List.of(new Status.Cause("ResourceVersionTooLarge", "Too large resource version", "")),
                        1));
        return new ApiException(status, e);
    }
}
