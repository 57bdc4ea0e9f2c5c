package io.coxswain.apiserver.admission;

import jakarta.json.JsonObject;

/** Runs after defaulting and before validation; may change the object. */
public interface MutatingAdmission extends AdmissionPlugin {
    /**
     * The object to go on with; {@code attributes.object()} itself if nothing changes. Not called for deletions.
     *
     * @throws io.coxswain.meta.ApiException to refuse, usually 403
     */
    JsonObject admit(AdmissionAttributes attributes);
}
