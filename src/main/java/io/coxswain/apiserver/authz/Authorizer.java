package io.coxswain.apiserver.authz;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;

/** One source of permissions. The chain asks each in order; the first that allows or denies decides, and no opinion at all is a denial. */
public interface Authorizer {
    /**
     * What is asked.
     *
     * @param fieldSelector the raw field selector of a list or watch; {@code ""} if none
     * @param labelSelector the raw label selector of a list or watch; {@code ""} if none
     */
    record Attributes(UserInfo user, RequestInfo request, String fieldSelector, String labelSelector) {
        /** Of a request without label selector. */
        public Attributes(UserInfo user, RequestInfo request, String fieldSelector) {
            this(user, request, fieldSelector, "");
        }
    }

    /** An answer; {@code reason} explains it to the user. */
    record Decision(Verdict verdict, String reason) {
        public static final Decision NO_OPINION = new Decision(Verdict.NO_OPINION, "");

        public static Decision allow(String reason) {
            return new Decision(Verdict.ALLOW, reason);
        }
    }

    /** Yes, no, or ask the next. */
    enum Verdict {
        ALLOW,
        DENY,
        NO_OPINION
    }

    /** Lower is asked first. */
    int order();

    Decision authorize(Attributes attributes);
}
