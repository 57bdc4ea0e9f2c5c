package io.coxswain.apiserver.registry;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.managedfields.FieldOwnership;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** What the server decides in {@code metadata}, whatever the client sent. Pure but for the random names. */
final class ObjectMetadata {
    static final int MAX_GENERATED_PREFIX = 58;
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final RandomGenerator RANDOM = new SecureRandom();
    /** Fields that only the server writes. */
    private static final List<String> SERVER_FIELDS = List.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "selfLink",
            "managedFields");

    private static final Set<String> DELETION_FIELDS = Set.of("deletionTimestamp", "deletionGracePeriodSeconds");

    private ObjectMetadata() {}

    static JsonObject of(JsonObject object) {
        return new ObjectView(object).object("metadata");
    }

    static JsonObject with(JsonObject object, JsonObjectBuilder metadata) {
        return JsonTrees.with(object, "metadata", metadata.build());
    }

    /** A timestamp as the API writes it, with whole seconds. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Sets the namespace of the request. @throws ApiException 400 if the object names another */
    static JsonObject inNamespace(JsonObject object, String namespace) {
        String own = new ObjectView(object).namespace();
        if (own.equals(namespace)) {
            return object;
        }
        JsonObjectBuilder metadata = JsonTrees.object(of(object));
        if (namespace.isEmpty()) {
            metadata.remove("namespace");
        } else if (own.isEmpty()) {
            metadata.add("namespace", namespace);
        } else {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        return with(object, metadata);
    }

    /** A new object's metadata: identity and time are the server's. */
    static JsonObject forCreate(JsonObject object, Instant now, boolean tracksGeneration) {
        JsonObjectBuilder metadata = JsonTrees.object();
        of(object).forEach((key, value) -> {
            if (!SERVER_FIELDS.contains(key) && !key.equals("resourceVersion")) {
                metadata.add(key, value);
            }
        });
        metadata.add("uid", UUID.randomUUID().toString());
        metadata.add("creationTimestamp", time(now));
        if (tracksGeneration) {
            metadata.add("generation", 1);
        }
        return with(object, metadata);
    }

    /** Gives the object a name made from {@code generateName}. */
    static JsonObject generateName(JsonObject object) {
        String prefix = new ObjectView(object).text("metadata", "generateName");
        StringBuilder name = new StringBuilder(prefix.substring(0, Math.min(prefix.length(), MAX_GENERATED_PREFIX)));
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_ALPHABET.charAt(RANDOM.nextInt(SUFFIX_ALPHABET.length())));
        }
        return JsonTrees.set(object, JsonTrees.text(name.toString()), "metadata", "name");
    }

    /** An update's metadata: what only the server writes is the old object's, the name is as it was. */
    static JsonObject forUpdate(JsonObject now, JsonObject old) {
        JsonObject oldMetadata = of(old);
        JsonObject sentMetadata = of(now);
        JsonObjectBuilder metadata = JsonTrees.object();
        sentMetadata.forEach((key, value) -> {
            if (!SERVER_FIELDS.contains(key)) {
                metadata.add(key, value);
            }
        });
        for (String field : SERVER_FIELDS) {
            JsonValue value = oldMetadata.get(field);
            if (value == null && DELETION_FIELDS.contains(field)) {
                // Nobody may begin a deletion by an update: validation says so.
                value = sentMetadata.get(field);
            }
            if (value != null) {
                metadata.add(field, value);
            }
        }
        JsonValue version = oldMetadata.get("resourceVersion");
        if (version != null) {
            metadata.add("resourceVersion", version);
        }
        return with(now, metadata);
    }

    /** Counts the generation up if anything outside metadata and status changed. */
    static JsonObject countGeneration(JsonObject now, JsonObject old) {
        long generation = new ObjectView(old).generation();
        boolean changed = !withoutBookkeeping(now).equals(withoutBookkeeping(old));
        return JsonTrees.set(now, JsonTrees.number(changed ? generation + 1 : generation), "metadata", "generation");
    }

    private static JsonObject withoutBookkeeping(JsonObject object) {
        return JsonTrees.without(JsonTrees.without(object, "metadata"), "status");
    }

    /** Whether two states of an object differ in nothing but the resource version and the times of managed fields. */
    static boolean same(JsonObject now, JsonObject old) {
        JsonObject left = JsonTrees.remove(now, "metadata", "resourceVersion");
        JsonObject right = JsonTrees.remove(old, "metadata", "resourceVersion");
        if (left.equals(right)) {
            return true;
        }
        return JsonTrees.remove(left, "metadata", "managedFields")
                        .equals(JsonTrees.remove(right, "metadata", "managedFields"))
                && FieldOwnership.sameButForTimes(
                        new ObjectView(left).array("metadata", "managedFields"),
                        new ObjectView(right).array("metadata", "managedFields"));
    }
}
