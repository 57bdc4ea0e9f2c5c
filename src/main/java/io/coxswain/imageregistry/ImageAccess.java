package io.coxswain.imageregistry;

import jakarta.servlet.http.HttpServletRequest;

/** Decides who may pull and push. */
public interface ImageAccess {
    /** What is asked of a repository. */
    enum Action {
        PULL,
        PUSH,
        DELETE
    }

    /**
     * @param repository the repository; {@code ""} for the registry as a whole
     * @throws RegistryException {@code UNAUTHORIZED} if the caller did not say who it is, {@code DENIED} if it may not
     */
    void check(HttpServletRequest request, String repository, Action action);
}
