package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.AdmissionChain;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The steps that every write takes between decoding and commit: admission, defaulting again, validation. Thread-safe. */
final class WritePipeline {
    private final AdmissionChain admission;
    private final Committer committer;

    WritePipeline(AdmissionChain admission, Committer committer) {
        this.admission = admission;
        this.committer = committer;
    }

    /** An object that may be committed, with what must be committed together with it. */
    record Admitted(JsonObject object, Committer.CollectedCompanions companions) {}

    /**
     * Runs one object through admission and validation.
     *
     * @param old the stored object; the empty object for a creation
     * @param afterMutation what to set right after plugins changed the object, defaulting above all
     * @param validation the faults of the final object
     * @throws ApiException 422 with all faults, or what a plugin refuses with
     */
    Admitted admit(
            Write write,
            Operation operation,
            JsonObject object,
            JsonObject old,
            UnaryOperator<JsonObject> afterMutation,
            Function<JsonObject, List<FieldError>> validation) {
        Committer.CollectedCompanions companions = committer.new CollectedCompanions();
        AdmissionAttributes attributes =
                attributes(write, operation, write.resource().gvk(), object, old, companions);
        JsonObject mutated = admission.mutate(attributes);
        JsonObject whole = mutated == object ? object : afterMutation.apply(mutated);
        List<FieldError> faults = validation.apply(whole);
        if (!faults.isEmpty()) {
            throw ApiException.invalid(write.resource().gvk(), new ObjectView(whole).name(), faults);
        }
        admission.validate(attributes.withObject(whole));
        return new Admitted(whole, companions);
    }

    /** Asks the validating plugins about a deletion. */
    Committer.CollectedCompanions admitDelete(Write write, JsonObject old) {
        Committer.CollectedCompanions companions = committer.new CollectedCompanions();
        admission.validate(attributes(
                write,
                Operation.DELETE,
                write.resource().gvk(),
                jakarta.json.JsonValue.EMPTY_JSON_OBJECT,
                old,
                companions));
        return companions;
    }

    /** Adds what goes together with an object whose removal is about to be committed. */
    void remove(Write write, JsonObject last, Committer.CollectedCompanions companions) {
        admission.remove(write.kind().names().gvr(), last, companions);
    }

    /** Runs the body of a subresource that is no change of the object (eviction, token, connect) through admission. */
    JsonObject admitBody(Write write, Operation operation, GroupVersionKind kind, JsonObject body, JsonObject parent) {
        AdmissionAttributes attributes =
                attributes(write, operation, kind, body, parent, committer.new CollectedCompanions());
        JsonObject mutated = admission.mutate(attributes);
        admission.validate(attributes.withObject(mutated));
        return mutated;
    }

    private static AdmissionAttributes attributes(
            Write write,
            Operation operation,
            GroupVersionKind kind,
            JsonObject object,
            JsonObject old,
            AdmissionAttributes.Companions companions) {
        String name = new ObjectView(old).name();
        if (name.isEmpty()) {
            name = new ObjectView(object).name();
        }
        return new AdmissionAttributes(
                operation,
                kind,
                write.kind().names().gvr(),
                write.namespace(),
                name,
                write.subresource(),
                object,
                old,
                write.options(),
                write.request().user(),
                write.dryRun(),
                write.warnings(),
                companions);
    }
}
