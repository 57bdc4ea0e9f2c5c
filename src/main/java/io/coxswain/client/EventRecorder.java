package io.coxswain.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;

/** Writes Events in the background, counting repeated ones up and dropping floods, as upstream's recorder does. Never blocks, never throws. */
public interface EventRecorder {
    /**
     * @param type {@code Normal} or {@code Warning}
     * @param reason in CamelCase, such as {@code FailedScheduling}
     */
    void event(ObjectReference about, String type, String reason, String message);

    /** An event about a whole object. */
    void event(HasMetadata about, String type, String reason, String message);
}
