package io.coxswain.apiserver.admission;

import io.coxswain.apiserver.admission.AdmissionAttributes.Companions;
import io.coxswain.meta.GroupVersionResource;
import jakarta.json.JsonObject;

/**
 * A plugin that lets other objects go in the same commit as the one they belong to. Unlike a validating plugin, which
 * is asked about every DELETE request, it is told only when an object really goes: at once, or with its last finalizer.
 */
public interface RemovalCompanion extends AdmissionPlugin {
    /** Whether objects of this resource take others with them. */
    boolean accompanies(GroupVersionResource resource);

    /** @param last the object's last state; may be called again for the same object if a race was lost */
    void removed(JsonObject last, Companions companions);
}
