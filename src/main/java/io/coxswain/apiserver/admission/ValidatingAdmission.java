package io.coxswain.apiserver.admission;

/** Runs after all mutation and after validation; may only refuse. */
public interface ValidatingAdmission extends AdmissionPlugin {
    /** @throws io.coxswain.meta.ApiException to refuse, usually 403 */
    void validate(AdmissionAttributes attributes);
}
