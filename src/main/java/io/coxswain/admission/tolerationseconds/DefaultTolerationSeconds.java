package io.coxswain.admission.tolerationseconds;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;

/** Gives every pod the two tolerations that keep it on a failing node for a while, unless it has its own. */
@ApplicationScoped
public class DefaultTolerationSeconds implements MutatingAdmission {
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String NO_EXECUTE = "NoExecute";

    private final TolerationSettings settings;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DefaultTolerationSeconds() {
        this.settings = null;
    }

    @Inject
    public DefaultTolerationSeconds(TolerationSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "DefaultTolerationSeconds";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        boolean write = attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
        return write
                && attributes.subresource().isEmpty()
                && attributes.resource().group().isEmpty()
                && attributes.resource().resource().equals("pods");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        JsonObject pod = attributes.object();
        return TreeEditor.edit(
                pod,
                editor -> editor.editField("spec", spec -> {
                    add(pod, spec, NOT_READY, settings.notReadySeconds());
                    add(pod, spec, UNREACHABLE, settings.unreachableSeconds());
                }));
    }

    private static void add(JsonObject pod, TreeEditor spec, String taint, long seconds) {
        boolean tolerated = new ObjectView(pod)
                .items("spec", "tolerations").stream()
                        .anyMatch(toleration ->
                                covers(toleration.text("key"), taint) && covers(toleration.text("effect"), NO_EXECUTE));
        if (!tolerated) {
            spec.append(
                    "tolerations",
                    TreeEditor.create()
                            .set("key", taint)
                            .set("operator", "Exists")
                            .set("effect", NO_EXECUTE)
                            .set("tolerationSeconds", seconds)
                            .build());
        }
    }

    /** An empty key or effect tolerates all of them. */
    private static boolean covers(String said, String wanted) {
        return said.isEmpty() || said.equals(wanted);
    }
}
