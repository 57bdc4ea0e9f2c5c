package io.coxswain.apiserver.admission;

import io.coxswain.meta.GroupVersionResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All plugins in their order. Thread-safe. */
@ApplicationScoped
public class AdmissionChain {
    private List<MutatingAdmission> mutating = List.of();
    private List<ValidatingAdmission> validating = List.of();
    private List<RemovalCompanion> removing = List.of();

    protected AdmissionChain() {}

    @Inject
    public AdmissionChain(@Any Instance<AdmissionPlugin> plugins) {
        this(plugins.stream().toList());
    }

    /** @throws IllegalStateException if a plugin has no place in the order, or there are two of one name */
    public AdmissionChain(Collection<? extends AdmissionPlugin> plugins) {
        List<AdmissionPlugin> ordered = new ArrayList<>(plugins);
        ordered.sort(Comparator.comparingInt(plugin -> AdmissionOrder.position(plugin.name())));
        Set<String> names = new HashSet<>();
        List<MutatingAdmission> mutators = new ArrayList<>();
        List<ValidatingAdmission> validators = new ArrayList<>();
        List<RemovalCompanion> removers = new ArrayList<>();
        for (AdmissionPlugin plugin : ordered) {
            if (!names.add(plugin.name())) {
                throw new IllegalStateException("two admission plugins " + plugin.name());
            }
            if (plugin instanceof MutatingAdmission mutator) {
                mutators.add(mutator);
            }
            if (plugin instanceof ValidatingAdmission validator) {
                validators.add(validator);
            }
            if (plugin instanceof RemovalCompanion remover) {
                removers.add(remover);
            }
        }
        mutating = List.copyOf(mutators);
        validating = List.copyOf(validators);
        removing = List.copyOf(removers);
    }

    /** The object after all mutating plugins. */
    public JsonObject mutate(AdmissionAttributes attributes) {
        AdmissionAttributes now = attributes;
        for (MutatingAdmission plugin : mutating) {
            if (plugin.handles(now)) {
                JsonObject changed = plugin.admit(now);
                if (changed != now.object()) {
                    now = now.withObject(changed);
                }
            }
        }
        return now.object();
    }

    /** @throws io.coxswain.meta.ApiException from the first plugin that refuses */
    public void validate(AdmissionAttributes attributes) {
        for (ValidatingAdmission plugin : validating) {
            if (plugin.handles(attributes)) {
                plugin.validate(attributes);
            }
        }
    }

    /** Lets plugins add what goes together with an object that is about to go. */
    public void remove(GroupVersionResource resource, JsonObject last, AdmissionAttributes.Companions companions) {
        for (RemovalCompanion plugin : removing) {
            if (plugin.accompanies(resource)) {
                plugin.removed(last, companions);
            }
        }
    }
}
