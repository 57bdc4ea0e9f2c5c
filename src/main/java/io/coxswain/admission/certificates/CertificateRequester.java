package io.coxswain.admission.certificates;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.TreeMap;

/**
 * Writes into a new signing request who asks for it, whatever it says itself: signers decide by that. Upstream does this in its
 * storage, after all mutation.
 */
@ApplicationScoped
public class CertificateRequester implements MutatingAdmission {
    @Override
    public String name() {
        return "CertificateRequester";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE && Signers.isRequest(attributes, "");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        UserInfo user = attributes.user();
        return TreeEditor.edit(
                attributes.object(),
                request -> request.editOrCreate("spec", spec -> {
                    spec.remove("username").remove("uid").remove("groups").remove("extra");
                    if (!user.name().isEmpty()) {
                        spec.set("username", user.name());
                    }
                    if (!user.uid().isEmpty()) {
                        spec.set("uid", user.uid());
                    }
                    if (!user.groups().isEmpty()) {
                        spec.set("groups", JsonTrees.texts(user.groups()));
                    }
                    if (!user.extra().isEmpty()) {
                        TreeEditor extra = TreeEditor.create();
                        new TreeMap<>(user.extra()).forEach((key, values) -> extra.set(key, JsonTrees.texts(values)));
                        spec.set("extra", extra.build());
                    }
                }));
    }
}
