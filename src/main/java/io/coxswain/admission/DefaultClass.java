package io.coxswain.admission;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.kinds.rules.DefaultChoice;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.List;

/**
 * Gives objects that choose no class the newest of the classes that an annotation marks as default. The empty string is a
 * choice, and so is the annotation that came before the field.
 */
public abstract class DefaultClass implements MutatingAdmission {
    /**
     * Who chooses, and how.
     *
     * @param resource whose objects choose, as {@code ingresses.networking.k8s.io}
     * @param field the field of {@code spec} with the class' name
     * @param formerAnnotation the annotation that had the name before the field
     * @param marks the annotations of a class of which one must be {@code true}
     */
    protected record Choice(String resource, String field, String formerAnnotation, List<String> marks) {
        public Choice {
            marks = List.copyOf(marks);
        }
    }

    private final Choice choice;
    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DefaultClass() {
        this.choice = null;
        this.classes = null;
    }

    protected DefaultClass(CachedReads reads, ResourceType<JsonObject> type, Choice choice) {
        this.choice = choice;
        this.classes = reads.of(type);
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && attributes.resource().groupResource().toString().equals(choice.resource());
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        ObjectView object = new ObjectView(attributes.object());
        boolean chosen = object.at("spec", choice.field()).isPresent()
                || object.annotations().containsKey(choice.formerAnnotation());
        if (chosen) {
            return object.json();
        }
        return DefaultChoice.of(classes.list(""), choice.marks())
                .map(found -> JsonTrees.set(object.json(), JsonTrees.text(found.name()), "spec", choice.field()))
                .orElse(object.json());
    }
}
