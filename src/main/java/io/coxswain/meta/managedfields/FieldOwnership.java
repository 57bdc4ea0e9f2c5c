package io.coxswain.meta.managedfields;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.fieldset.AppliedFields;
import io.coxswain.meta.fieldset.Comparison;
import io.coxswain.meta.fieldset.FieldRemoval;
import io.coxswain.meta.fieldset.FieldSet;
import io.coxswain.meta.fieldset.NamedFields;
import io.coxswain.meta.fieldset.StructuredMerge;
import io.coxswain.meta.fieldset.TypedCheck;
import io.coxswain.meta.managedfields.FieldVersions.Versioned;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code metadata.managedFields} through updates, and applies configurations by it. One value serves one request.
 *
 * @param apiVersion the version of the request
 * @param type the schema of that version
 * @param subresource {@code ""} for the main resource
 * @param ignored what the resource does not let this request change, such as the status
 * @param time of the request, RFC 3339 with whole seconds
 */
public record FieldOwnership(
        String apiVersion, TypeSchema type, String subresource, FieldSet ignored, FieldVersions versions, String time) {

    /** What nobody owns: identity and bookkeeping. */
    private static final FieldSet NOBODYS = FieldSet.paths(
            "apiVersion",
            "kind",
            "metadata",
            "metadata.name",
            "metadata.namespace",
            "metadata.creationTimestamp",
            "metadata.selfLink",
            "metadata.uid",
            "metadata.clusterName",
            "metadata.generation",
            "metadata.managedFields",
            "metadata.resourceVersion");

    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    // --- update -------------------------------------------------------------------------------------------------

    /**
     * Gives the new state of an object its {@code managedFields}.
     *
     * @param live the stored object; the empty object if it is being created
     * @param now its new state; what its metadata says of managed fields does not matter
     * @param sent the managed fields that the client sent, if it may change them: a list without content ends tracking
     * @param manager the client's name
     */
    public JsonObject update(JsonObject live, JsonObject now, @Nullable JsonArray sent, String manager) {
        JsonArray known = entries(live);
        JsonArray base = base(known, sent);
        if (base.isEmpty() && !live.isEmpty()) {
            return with(now, base); // tracking has ended, or never began: only an apply starts it
        }
        Comparison change = Comparison.between(without(live), without(now), type);
        if (change.isSame()) {
            return with(now, base);
        }
        Owner owner = Owner.updater(manager, apiVersion, subresource);
        Optional<JsonArray> touched = touch(base, change.without(ignored), owner);
        if (touched.isPresent()) {
            return with(now, touched.get());
        }
        Map<Owner, OwnedFields> owners = ManagedFields.decode(base).orElseGet(LinkedHashMap::new);
        update(owners, without(live), without(now), change, owner);
        ManagedFields.cap(owners);
        return with(now, ManagedFields.encode(owners));
    }

    /** Which entries count: the client's if they make sense, so that they can be edited; else the stored ones. */
    private static JsonArray base(JsonArray known, @Nullable JsonArray sent) {
        if (sent == null || sent.equals(known)) {
            return known;
        }
        if (sent.isEmpty() || sent.size() == 1 && JsonValue.EMPTY_JSON_OBJECT.equals(sent.get(0))) {
            return JsonValue.EMPTY_JSON_ARRAY;
        }
        return ManagedFields.decode(sent).map(ManagedFields::encode).orElse(known);
    }

    /**
     * The common case without reading any set: an owner writes again what it owns alone. Only its time changes.
     *
     * @return empty if it is not that case
     */
    private Optional<JsonArray> touch(JsonArray base, Comparison change, Owner owner) {
        FieldSet set = change.set();
        FieldSet taken = set.difference(NOBODYS);
        JsonObject own = null;
        List<JsonObject> entries = new ArrayList<>(base.size());
        for (JsonValue value : base) {
            if (!(value instanceof JsonObject entry)) {
                return Optional.empty();
            }
            JsonObject fields = new ObjectView(entry).object("fieldsV1");
            if (!ManagedFields.text(entry, "apiVersion").equals(apiVersion)
                    || !change.removed().isEmpty() && change.removed().meets(fields)) {
                return Optional.empty();
            }
            if (isOf(entry, owner)) {
                if (!taken.isWithin(fields)) {
                    return Optional.empty();
                }
                own = entry;
                entries.add(
                        taken.isEmpty() || ManagedFields.text(entry, "time").equals(time)
                                ? entry
                                : JsonTrees.with(entry, "time", JsonTrees.text(time)));
            } else if (set.meets(fields)) {
                return Optional.empty();
            } else {
                entries.add(entry);
            }
        }
        if (own == null && !taken.isEmpty()) {
            return Optional.empty();
        }
        entries.sort(ManagedFields.ORDER);
        return Optional.of(JsonTrees.array(entries));
    }

    private static boolean isOf(JsonObject entry, Owner owner) {
        return ManagedFields.text(entry, "operation").equals(owner.operation().text())
                && ManagedFields.text(entry, "manager").equals(owner.manager())
                && ManagedFields.text(entry, "subresource").equals(owner.subresource());
    }

    /** Everybody loses what was changed or removed; the owner gets what it set. */
    private void update(
            Map<Owner, OwnedFields> owners, JsonObject live, JsonObject now, Comparison change, Owner owner) {
        settle(owners, live, now, change, null, true);
        FieldSet taken = change.set()
                .difference(change.removed())
                .recursiveDifference(ignored)
                .difference(NOBODYS);
        if (!taken.isEmpty()) {
            OwnedFields before = owners.get(owner);
            owners.put(
                    owner,
                    new OwnedFields(before == null ? taken : before.fields().union(taken), apiVersion, time));
        }
    }

    /**
     * Takes from owners what a change took from them.
     *
     * @param applier is not asked; {@code null} if nobody applies
     * @param force fields may be taken from their owners
     * @throws FieldConflict without force, if fields are
     */
    private void settle(
            Map<Owner, OwnedFields> owners,
            JsonObject live,
            JsonObject now,
            Comparison change,
            @Nullable Owner applier,
            boolean force) {
        Map<String, Optional<Comparison>> changes = new HashMap<>();
        changes.put(apiVersion, Optional.of(change.without(ignored)));
        Map<Owner, OwnedFields> conflicts = new HashMap<>();
        Map<Owner, OwnedFields> left = new LinkedHashMap<>();
        owners.forEach((owner, owned) -> {
            if (owner.equals(applier)) {
                left.put(owner, owned);
                return;
            }
            changes.computeIfAbsent(owned.apiVersion(), version -> compareIn(version, live, now))
                    .ifPresent(seen -> {
                        FieldSet disputed = owned.fields().intersection(seen.set());
                        if (!disputed.isEmpty()) {
                            conflicts.put(owner, owned.with(disputed));
                        }
                        FieldSet rest = owned.fields().difference(disputed).difference(seen.removed());
                        if (!rest.isEmpty()) {
                            left.put(owner, owned.with(rest));
                        }
                    });
        });
        if (!force && !conflicts.isEmpty()) {
            throw new FieldConflict(conflicts);
        }
        owners.clear();
        owners.putAll(left);
    }

    /** The same change in another version; empty if there is no such version any more, and so no owner in it. */
    private Optional<Comparison> compareIn(String version, JsonObject live, JsonObject now) {
        Optional<Versioned> old = versions.convert(live, apiVersion, version);
        Optional<Versioned> changed = versions.convert(now, apiVersion, version);
        return old.flatMap(
                before -> changed.map(after -> Comparison.between(before.object(), after.object(), after.type())
                        .without(ignored)));
    }

    // --- apply --------------------------------------------------------------------------------------------------

    /**
     * Applies a configuration.
     *
     * @param live the stored object; the empty object if there is none
     * @param config of the same kind and version
     * @param manager the applier's name
     * @param force fields may be taken from other owners
     * @param conflictVersion what to call the version of disputed fields; {@code ""} for its name
     * @return the merged object, not yet defaulted, with its new {@code managedFields}
     * @throws ApiException 400 if the configuration does not fit its schema, 409 for conflicts
     */
    public JsonObject apply(JsonObject live, JsonObject config, String manager, boolean force, String conflictVersion) {
        ObjectView view = new ObjectView(config);
        if (view.at("metadata", "managedFields").isPresent()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        TypedCheck.faults(config, type).ifPresent(faults -> {
            String name = view.namespace().isEmpty() ? "/" + view.name() : view.namespace() + "/" + view.name();
            throw ApiException.badRequest(
                    "failed to create typed patch object (" + name + "; " + view.gvk() + "): " + faults);
        });
        JsonArray known = entries(live);
        Map<Owner, OwnedFields> owners = ManagedFields.decode(known).orElseGet(LinkedHashMap::new);
        JsonObject plain = without(live);
        if (owners.isEmpty() && !live.isEmpty()) {
            Comparison all = Comparison.between(JsonValue.EMPTY_JSON_OBJECT, plain, type);
            update(
                    owners,
                    JsonValue.EMPTY_JSON_OBJECT,
                    plain,
                    all,
                    Owner.updater(BEFORE_FIRST_APPLY, apiVersion, subresource));
        }
        JsonObject merged;
        Map<Owner, OwnedFields> after;
        try {
            after = new LinkedHashMap<>(owners);
            merged = merge(plain, config, after, manager, force);
        } catch (FieldConflict conflict) {
            FieldSet mine = manager.equals(LastApplied.KUBECTL) ? lastAppliedFields(plain) : FieldSet.EMPTY;
            if (!conflict.isWithin(mine)) {
                throw conflict.outside(mine).toApiException(conflictVersion);
            }
            after = new LinkedHashMap<>(owners);
            merged = merge(plain, config, after, manager, true);
        }
        if (manager.equals(LastApplied.KUBECTL)) {
            merged = LastApplied.sync(merged, config);
        }
        return with(merged, ManagedFields.encode(after));
    }

    private JsonObject merge(
            JsonObject live, JsonObject config, Map<Owner, OwnedFields> owners, String manager, boolean force) {
        Owner applier = Owner.applier(manager, subresource);
        Map<Owner, OwnedFields> before = Map.copyOf(owners);
        OwnedFields last = owners.get(applier);
        // The set is cut down only in the end: while pruning, the applier's new claims include everything it names.
        FieldSet claimed = AppliedFields.of(config, type).recursiveDifference(ignored);
        String since = last == null ? time : last.time();
        owners.put(applier, new OwnedFields(claimed, apiVersion, since));
        JsonObject merged = StructuredMerge.merge(live, config, type);
        if (last != null && !last.fields().isEmpty()) {
            merged = prune(merged, owners, last);
        }
        Comparison change = Comparison.between(live, merged, type);
        settle(owners, live, merged, change, applier, force);
        FieldSet owned = claimed.difference(NOBODYS);
        if (owned.isEmpty()) {
            owners.remove(applier);
        } else {
            owners.put(applier, new OwnedFields(owned, apiVersion, since));
        }
        ManagedFields.cap(owners);
        if (change.isSame()) {
            merged = live;
        }
        if ((!change.isSame() || !owners.equals(before)) && owners.containsKey(applier)) {
            owners.put(applier, new OwnedFields(owned, apiVersion, time));
        }
        return merged;
    }

    /** Takes out what the applier applied last time, does not apply now, and nobody else has. */
    private JsonObject prune(JsonObject merged, Map<Owner, OwnedFields> owners, OwnedFields last) {
        Optional<Versioned> seen = inVersion(merged, apiVersion, last.apiVersion());
        if (seen.isEmpty()) {
            return merged;
        }
        Versioned whole = seen.get();
        FieldSet lastFields = NamedFields.complete(last.fields(), whole.type());
        JsonObject pruned = FieldRemoval.remove(whole.object(), lastFields, whole.type());
        pruned = addBackOwned(whole, pruned, last.apiVersion(), owners);
        FieldSet kept = NamedFields.complete(AppliedFields.of(pruned, whole.type()), whole.type());
        FieldSet all = NamedFields.complete(AppliedFields.of(whole.object(), whole.type()), whole.type());
        JsonObject rest =
                FieldRemoval.remove(whole.object(), all.difference(kept).intersection(lastFields), whole.type());
        return inVersion(rest, last.apiVersion(), apiVersion)
                .map(Versioned::object)
                .orElse(merged);
    }

    private JsonObject addBackOwned(
            Versioned whole, JsonObject pruned, String version, Map<Owner, OwnedFields> owners) {
        Map<String, FieldSet> byVersion = new LinkedHashMap<>();
        byVersion.put(version, FieldSet.EMPTY);
        owners.values().forEach(owned -> byVersion.merge(owned.apiVersion(), owned.fields(), FieldSet::union));
        JsonObject result = pruned;
        for (Map.Entry<String, FieldSet> entry : byVersion.entrySet()) {
            Optional<Versioned> all = inVersion(whole.object(), version, entry.getKey());
            Optional<Versioned> left = inVersion(result, version, entry.getKey());
            if (all.isEmpty() || left.isEmpty()) {
                continue;
            }
            TypeSchema seen = all.get().type();
            FieldSet had = NamedFields.complete(AppliedFields.of(all.get().object(), seen), seen);
            FieldSet has = NamedFields.complete(AppliedFields.of(left.get().object(), seen), seen);
            FieldSet owned = NamedFields.complete(entry.getValue(), seen);
            JsonObject restored = FieldRemoval.remove(all.get().object(), had.difference(has.union(owned)), seen);
            result = inVersion(restored, entry.getKey(), version)
                    .map(Versioned::object)
                    .orElse(result);
        }
        return result;
    }

    private Optional<Versioned> inVersion(JsonObject object, String from, String to) {
        return from.equals(to) && to.equals(apiVersion)
                ? Optional.of(new Versioned(object, type))
                : versions.convert(object, from, to);
    }

    /** The fields that client-side apply set and nobody has changed since: kubectl may take them over from itself. */
    private FieldSet lastAppliedFields(JsonObject live) {
        Optional<JsonObject> last = LastApplied.read(live);
        if (last.isEmpty()
                || !new ObjectView(last.get()).apiVersion().equals(apiVersion)
                || TypedCheck.faults(last.get(), type).isPresent()) {
            return FieldSet.EMPTY;
        }
        Comparison since = Comparison.between(last.get(), live, type);
        return AppliedFields.of(last.get(), type)
                .difference(since.modified())
                .difference(since.added())
                .difference(since.removed());
    }

    // --- both ---------------------------------------------------------------------------------------------------

    private static JsonArray entries(JsonObject object) {
        return new ObjectView(object).array("metadata", "managedFields");
    }

    private static JsonObject without(JsonObject object) {
        return JsonTrees.remove(object, "metadata", "managedFields");
    }

    private static JsonObject with(JsonObject object, JsonArray entries) {
        if (entries.isEmpty()) {
            return without(object);
        }
        return entries(object).equals(entries) ? object : JsonTrees.set(object, entries, "metadata", "managedFields");
    }

    /** Whether two lists of entries tell the same but for the times. */
    public static boolean sameButForTimes(JsonArray left, JsonArray right) {
        return timeless(left).equals(timeless(right));
    }

    private static List<JsonValue> timeless(JsonArray entries) {
        return entries.stream()
                .map(entry ->
                        entry instanceof JsonObject object ? (JsonValue) JsonTrees.without(object, "time") : entry)
                .toList();
    }
}
