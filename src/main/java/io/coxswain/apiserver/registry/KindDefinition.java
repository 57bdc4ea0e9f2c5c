package io.coxswain.apiserver.registry;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One built-in or custom kind: everything the API server knows of it. Pure functions on immutable trees; no I/O, no
 * clocks, thread-safe. An implementation is one {@code @ApplicationScoped} class, found by CDI.
 *
 * <p>Order on a write: decode, prune, {@link #defaults}, {@link #prepareForCreate} or {@link #prepareForUpdate}, mutating
 * admission, {@link #defaults} again, {@link #validate}, validating admission, commit.
 */
public interface KindDefinition {
    /** What most resources can do. */
    Set<String> STANDARD_VERBS =
            Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    ResourceNames names();

    boolean namespaced();

    default Set<String> verbs() {
        return STANDARD_VERBS;
    }

    /** The text of a {@code Warning} header that every request for this kind gets; {@code ""} if it is not deprecated. */
    default String deprecation() {
        return "";
    }

    /** Under which resource objects are stored; two kinds that are views of one storage (the two Events) name the same. */
    default GroupResource storage() {
        return names().groupResource();
    }

    /** Whether stored objects are served byte for byte: {@link #fromStorage} and {@link #toStorage} change nothing. */
    default boolean isStorageForm() {
        return storage().equals(names().groupResource());
    }

    /** Turns a stored object into this view of it; only kinds that share a storage differ. */
    default JsonObject fromStorage(JsonObject stored) {
        return stored;
    }

    /** Turns this view into the stored form. */
    default JsonObject toStorage(JsonObject object) {
        return object;
    }

    /** Whether there is a {@code /status} subresource: main writes then keep the old status, status writes keep all else. */
    default boolean hasStatus() {
        return false;
    }

    /** Where {@code /scale} finds its numbers; empty if there is no such subresource. */
    default Optional<ScalePaths> scale() {
        return Optional.empty();
    }

    /** Fills in absent fields as upstream's defaulting does. Runs on create, on update and on every patch result. */
    default JsonObject defaults(JsonObject object) {
        return object;
    }

    /** Drops or sets what a creator may not decide (status, generation-like fields). {@code metadata.generation} is the registry's work. */
    default JsonObject prepareForCreate(JsonObject object) {
        return object;
    }

    /** Restores what an update of the main resource may not change without an error. The status has been restored already if {@link #hasStatus}. */
    default JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        return now;
    }

    /** Restores what a write to {@code /status} may not change; by then all but {@code status} and metadata is the old object's. */
    default JsonObject prepareForStatusUpdate(JsonObject now, JsonObject old) {
        return now;
    }

    /** Whether the kind counts {@code metadata.generation}, which grows when anything outside metadata and status changes. */
    default boolean tracksGeneration() {
        return false;
    }

    /** Faults of a new or changed object beyond the schema and the metadata, which the registry checks. Must not be confused by absent or wrong-typed fields. */
    default List<FieldError> validate(ObjectView object) {
        return List.of();
    }

    /** Faults of a change, such as immutable fields; {@link #validate} has run on the new object as well. */
    default List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return List.of();
    }

    default List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return List.of();
    }

    /** Texts for {@code Warning} headers: deprecated fields and the like. */
    default List<String> warnings(ObjectView object) {
        return List.of();
    }

    /** Checks a name beyond the general rule (DNS subdomain); returns what is wrong, worded as upstream. */
    default List<String> validateName(String name, boolean prefix) {
        return Names.dns1123Subdomain(name, prefix);
    }

    /** Whether an update without {@code resourceVersion} is taken. */
    default boolean allowsUnconditionalUpdate() {
        return true;
    }

    /** Whether PUT or apply of a name that does not exist creates it. */
    default boolean allowsCreateOnUpdate() {
        return false;
    }

    /**
     * The grace period in seconds of a deletion; empty if objects of this kind are deleted at once.
     *
     * @param requested what the client asked for, if anything
     */
    default Optional<Long> gracePeriodSeconds(ObjectView object, Optional<Long> requested) {
        return Optional.empty();
    }

    /** What changes in an object when its deletion begins and it cannot go at once, such as the phase Terminating. */
    default JsonObject prepareForDelete(JsonObject object) {
        return object;
    }

    /** Whether something besides {@code metadata.finalizers} keeps a deleted object, such as a namespace's {@code spec.finalizers}. */
    default boolean holdsDeletion(ObjectView object) {
        return false;
    }

    /** Whether a deletion that is done at once answers the object and not a Status. */
    default boolean returnsDeletedObject() {
        return false;
    }

    /** Finalizers that a new object gets whatever the client sent. */
    default JsonObject withInitialFinalizers(JsonObject object) {
        return object;
    }

    /** The policy of a deletion that names none: {@code Background}, {@code Orphan} or {@code Foreground}. */
    default String defaultPropagationPolicy() {
        return "Background";
    }

    /** The text of a {@code Warning} for a deletion that names no policy; {@code ""} if none is needed. */
    default String deletionWarning() {
        return "";
    }

    /** Columns of {@code kubectl get}; Name first. */
    default List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), new TableColumn("Created At", "date", "", "", 0));
    }

    /** The cells of one row, as many as there are columns. */
    default List<JsonValue> cells(ObjectView object, Instant now) {
        return List.of(
                jakarta.json.Json.createValue(object.name()),
                jakarta.json.Json.createValue(object.text("metadata", "creationTimestamp")));
    }

    /** The names of fields that field selectors may use beyond {@code metadata.name} and {@code metadata.namespace}. */
    default Set<String> selectableFields() {
        return Set.of();
    }

    /** The values of {@link #selectableFields} for one object; absent fields are {@code ""}. */
    default Map<String, String> fieldValues(ObjectView object) {
        return Map.of();
    }

    /**
     * JSON paths of {@code /scale}.
     *
     * @param specReplicas such as {@code ["spec","replicas"]}
     * @param statusReplicas such as {@code ["status","replicas"]}
     * @param selector the field that holds the label selector in object form, such as {@code ["spec","selector"]}
     */
    record ScalePaths(List<String> specReplicas, List<String> statusReplicas, List<String> selector) {
        public static final ScalePaths STANDARD =
                new ScalePaths(List.of("spec", "replicas"), List.of("status", "replicas"), List.of("spec", "selector"));
    }
}
