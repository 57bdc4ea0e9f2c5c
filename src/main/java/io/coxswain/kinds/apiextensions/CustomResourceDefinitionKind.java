package io.coxswain.kinds.apiextensions;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.webhook.WebhookClientRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code apiextensions.k8s.io/v1 CustomResourceDefinition}. What it defines is not served yet. */
@ApplicationScoped
public class CustomResourceDefinitionKind extends ClusterKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public CustomResourceDefinitionKind() {
        super(ResourceNames.of("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions")
                .shortNames("crd", "crds")
                .categories("api-extensions"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject definition) {
        return TreeEditor.edit(
                definition,
                editor -> editor.editField("spec", spec -> {
                    spec.editField("names", names -> {
                        String kind = names.text("kind");
                        if (!kind.isEmpty()) {
                            names.setDefault("singular", kind.toLowerCase(Locale.ROOT))
                                    .setDefault("listKind", kind + "List");
                        }
                    });
                    spec.editOrCreate("conversion", conversion -> {
                        conversion.setDefault("strategy", "None");
                        conversion.editField(
                                "webhook", webhook -> webhook.editField("clientConfig", WebhookClientRules::defaults));
                    });
                }));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject definition) {
        TreeEditor status = TreeEditor.create()
                .set("conditions", JsonValue.EMPTY_JSON_ARRAY)
                .set(
                        "acceptedNames",
                        TreeEditor.create().set("plural", "").set("kind", "").build())
                .set("storedVersions", JsonTrees.texts(storageVersions(new ObjectView(definition))));
        return JsonTrees.set(definition, status.build(), "status");
    }

    /** Once objects may have been stored in a version, the status remembers it. */
    @Override
    public JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        ObjectView view = new ObjectView(now);
        List<String> stored = new ArrayList<>(view.strings("status", "storedVersions"));
        List<String> wanted = storageVersions(view);
        if (stored.containsAll(wanted)) {
            return now;
        }
        wanted.stream().filter(version -> !stored.contains(version)).forEach(stored::add);
        return JsonTrees.set(now, JsonTrees.texts(stored), "status", "storedVersions");
    }

    private static List<String> storageVersions(ObjectView definition) {
        return definition.items("spec", "versions").stream()
                .filter(version -> version.flag("storage").orElse(false))
                .map(version -> version.text("name"))
                .toList();
    }

    @Override
    public List<FieldError> validate(ObjectView definition) {
        Check check = new Check();
        new DefinitionRules(check).definition(definition);
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        DefinitionRules.changes(check, now, old);
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        if (now.array("status", "storedVersions").isEmpty()) {
            check.invalid(
                    FieldPath.of("status", "storedVersions"),
                    now.array("status", "storedVersions"),
                    "must have at least one stored version");
        }
        Set<String> versions = new HashSet<>();
        now.items("spec", "versions").forEach(version -> versions.add(version.text("name")));
        List<String> stored = now.strings("status", "storedVersions");
        for (int i = 0; i < stored.size(); i++) {
            if (!versions.contains(stored.get(i))) {
                check.invalid(
                        FieldPath.of("status", "storedVersions").index(i),
                        stored.get(i),
                        "missing from spec.versions; " + stored.get(i)
                                + " was previously a storage version, and must remain in spec.versions until a storage"
                                + " migration ensures no data remains persisted in " + stored.get(i)
                                + " and removes " + stored.get(i) + " from status.storedVersions");
            }
        }
        return check.errors();
    }

    static FieldPath spec() {
        return SPEC;
    }
}
