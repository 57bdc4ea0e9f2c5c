package io.coxswain.console.apply;

import io.coxswain.client.ApiClient;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.client.WriteOptions;
import io.coxswain.codec.YamlCodec;
import io.coxswain.console.shell.Texts;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.schema.SchemaCatalog;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares documents with the cluster by the server's own dry run, and applies them, as one user. Lives for one request. */
final class Applier {
    private static final String MANAGER = "coxswain-console";
    private static final WriteOptions DRY = new WriteOptions(true, MANAGER, "Strict");
    private static final WriteOptions REAL = new WriteOptions(false, MANAGER, "Strict");
    /** Fields that the server sets, and that say nothing about the change. */
    private static final List<String> BOOKKEEPING =
            List.of("managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink");

    private final ApiClient client;
    private final Texts texts;
    private final String defaultNamespace;
    private final ApplyPatch patches = new ApplyPatch(SchemaCatalog.builtIn());
    private @Nullable List<ApiClient.ServedResource> served;

    Applier(ApiClient client, Texts texts, String defaultNamespace) {
        this.client = client;
        this.texts = texts;
        this.defaultNamespace = defaultNamespace;
    }

    /** An object to apply, and where. */
    private record Target(ResourceType<JsonObject> type, JsonObject object) {
        ObjectView view() {
            return new ObjectView(object);
        }

        String title() {
            return type.kind() + " " + (type.namespaced() ? view().namespace() + "/" : "") + view().name();
        }
    }

    /** What each document would change. Writes nothing. */
    List<Difference> compare(List<Document> documents) {
        Set<String> newNamespaces = new HashSet<>();
        List<Difference> differences = new ArrayList<>();
        for (Document document : documents) {
            Difference difference = compare(document, newNamespaces);
            if (difference.change() == Difference.Change.CREATE
                    && document.view().kind().equals("Namespace")) {
                newNamespaces.add(document.view().name());
            }
            differences.add(difference);
        }
        return List.copyOf(differences);
    }

    private Difference compare(Document document, Set<String> newNamespaces) {
        if (!document.problem().isEmpty()) {
            return Difference.failed(document, "", document.problem());
        }
        String title = document.view().kind() + " " + document.view().name();
        try {
            Target target = target(document.object());
            title = target.title();
            if (newNamespaces.contains(target.view().namespace())) {
                return difference(document, target, Difference.Change.UNCHECKED, Optional.empty(), target.object());
            }
            Optional<JsonObject> live = find(target);
            JsonObject result = write(target, live, DRY);
            Difference.Change change = live.isEmpty() ? Difference.Change.CREATE : Difference.Change.UPDATE;
            return difference(document, target, change, live, result);
        } catch (ApiException refusal) {
            return Difference.failed(document, title, refusal.status().message());
        }
    }

    private static Difference difference(
            Document document, Target target, Difference.Change change, Optional<JsonObject> live, JsonObject result) {
        boolean secret = target.type().kind().equals("Secret");
        JsonObject old = live.orElse(JsonValue.EMPTY_JSON_OBJECT);
        List<UnifiedDiff.Line> lines = UnifiedDiff.of(
                live.map(object -> show(object, result, secret, "before")).orElse(""),
                show(result, old, secret, "after"));
        Difference.Change kind = lines.isEmpty() ? Difference.Change.SAME : change;
        return new Difference(document.index(), document.line(), target.title(), kind, lines, "");
    }

    /** Writes one document; what happened to it. */
    Difference.Change apply(Document document) {
        Target target = target(document.object());
        Optional<JsonObject> live = find(target);
        write(target, live, REAL);
        return live.isEmpty() ? Difference.Change.CREATE : Difference.Change.UPDATE;
    }

    private Optional<JsonObject> find(Target target) {
        return client.resource(target.type())
                .find(target.view().namespace(), target.view().name());
    }

    private JsonObject write(Target target, Optional<JsonObject> live, WriteOptions options) {
        ResourceClient<JsonObject> resource = client.resource(target.type());
        JsonObject wanted = ApplyPatch.remember(target.object());
        if (live.isEmpty()) {
            return resource.create(wanted, options);
        }
        JsonObject last = ApplyPatch.lastApplied(new ObjectView(live.get()));
        JsonObject patch = patches.between(last, wanted, live.get());
        PatchType type = patches.isStrategic(wanted) ? PatchType.STRATEGIC : PatchType.MERGE;
        return resource.patch(target.view().namespace(), target.view().name(), type, patch, "", options);
    }

    private Target target(JsonObject object) {
        ObjectView view = new ObjectView(object);
        ApiClient.ServedResource found = served().stream()
                .filter(each -> each.kind().equals(view.kind())
                        && each.gvr().groupVersion().equals(view.apiVersion()))
                .findFirst()
                .orElseThrow(
                        () -> ApiException.badRequest(texts.of("apply.missing.kind", view.kind(), view.apiVersion())));
        ResourceType<JsonObject> type =
                new ResourceType<>(found.gvr(), found.kind(), found.namespaced(), JsonObject.class);
        boolean add = found.namespaced() && view.namespace().isEmpty();
        return new Target(
                type, add ? JsonTrees.set(object, JsonTrees.text(defaultNamespace), "metadata", "namespace") : object);
    }

    private List<ApiClient.ServedResource> served() {
        List<ApiClient.ServedResource> known = served;
        if (known == null) {
            known = client.resources();
            served = known;
        }
        return known;
    }

    /** The object as YAML without what the server keeps for itself; values of secrets only say whether they change. */
    private static String show(JsonObject object, JsonObject other, boolean secret, String side) {
        JsonObject shown = JsonTrees.without(object, "status");
        for (String field : BOOKKEEPING) {
            shown = JsonTrees.remove(shown, "metadata", field);
        }
        shown = JsonTrees.remove(shown, "metadata", "annotations", ApplyPatch.LAST_APPLIED);
        if (new ObjectView(shown).object("metadata", "annotations").isEmpty()) {
            shown = JsonTrees.remove(shown, "metadata", "annotations");
        }
        if (secret) {
            for (String field : List.of("data", "stringData")) {
                for (Map.Entry<String, JsonValue> entry :
                        new ObjectView(shown).object(field).entrySet()) {
                    JsonValue opposite = new ObjectView(other).object(field).get(entry.getKey());
                    String mask = opposite == null || opposite.equals(entry.getValue()) ? "***" : "*** (" + side + ")";
                    shown = JsonTrees.set(shown, JsonTrees.text(mask), field, entry.getKey());
                }
            }
        }
        return YamlCodec.write(shown);
    }
}
