package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Answer;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionTimeoutException;

/** Requests of the administrator that must succeed. Paths are absolute; manifests are YAML, patches JSON. */
final class Requests {
    static final Duration SOON = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(50);

    private Requests() {}

    static ApiConnection api() {
        return ApiConnection.admin();
    }

    static JsonObject create(String collection, String manifest) {
        return expect(201, api().post(collection, manifest, ApiConnection.YAML)).json();
    }

    static JsonObject read(String path) {
        return expect(200, api().get(path)).json();
    }

    static List<JsonObject> items(String path) {
        return itemsOf(read(path));
    }

    private static List<JsonObject> itemsOf(JsonObject list) {
        return list.getJsonArray("items").getValuesAs(JsonObject.class);
    }

    static List<String> names(String path) {
        return items(path).stream().map(item -> text(item, "metadata", "name")).toList();
    }

    /** Sends the object back as it is. */
    static JsonObject replace(String path, JsonObject object) {
        return expect(200, api().put(path, object.toString())).json();
    }

    /** Reads, changes and sends back, again when a controller wrote in between. */
    static JsonObject update(String path, UnaryOperator<JsonObject> change) {
        return update(path, path, change);
    }

    /** The same for a subresource that can be written only. */
    static JsonObject update(String readFrom, String path, UnaryOperator<JsonObject> change) {
        AtomicReference<JsonObject> updated = new AtomicReference<>();
        await("an update of " + path).atMost(SOON).until(() -> {
            Answer answer = api().put(path, change.apply(read(readFrom)).toString());
            if (answer.status() == 409) {
                return false;
            }
            updated.set(expect(200, answer).json());
            return true;
        });
        return updated.get();
    }

    static JsonObject merge(String path, String patch) {
        return expect(200, api().patch(path, patch, ApiConnection.MERGE)).json();
    }

    static JsonObject strategic(String path, String patch) {
        return expect(200, api().patch(path, patch, ApiConnection.STRATEGIC)).json();
    }

    /** Deletes, at once or gracefully. */
    static void delete(String path) {
        Answer answer = api().delete(path);
        assertThat(answer.status()).as(answer.toString()).isIn(200, 202);
    }

    /** Deletes it, and what it owns thereafter. */
    static void deleteInBackground(String path) {
        expect(200, api().delete(path, "{\"propagationPolicy\":\"Background\"}"));
    }

    /** Deletes what the selector chooses. */
    static void deleteCollection(String collection, String selector) {
        expect(200, api().delete(collection + "?labelSelector=" + selector));
    }

    /** The object as soon as it is as wanted. */
    static JsonObject eventually(String path, Predicate<JsonObject> wanted) {
        return eventually(path, SOON, wanted);
    }

    static JsonObject eventually(String path, Duration within, Predicate<JsonObject> wanted) {
        AtomicReference<JsonObject> last = new AtomicReference<>(JsonValue.EMPTY_JSON_OBJECT);
        try {
            await(path).pollInterval(POLL).atMost(within).until(() -> {
                Answer answer = api().get(path);
                if (answer.status() != 200) {
                    return false;
                }
                last.set(answer.json());
                return wanted.test(last.get());
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; last seen: " + last.get(), e);
        }
        return last.get();
    }

    /** The objects that a collection has as soon as they are as wanted. */
    static List<JsonObject> eventuallyItems(String path, Predicate<List<JsonObject>> wanted) {
        return itemsOf(eventually(path, list -> wanted.test(itemsOf(list))));
    }

    /** The events about an object of the namespace, once there are any with that reason. */
    static List<JsonObject> events(String collection, String reason, String about) {
        String path = collection.replaceAll("[a-z]+$", "events");
        Predicate<JsonObject> wanted = event -> text(event, "reason").equals(reason)
                && text(event, "involvedObject", "name").equals(about);
        await(reason).atMost(SOON).until(() -> items(path).stream().anyMatch(wanted));
        return items(path).stream().filter(wanted).toList();
    }

    static void awaitGone(String path) {
        await(path + " is gone").atMost(SOON).until(() -> api().get(path).status() == 404);
    }

    static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        return answer;
    }

    /** The message of the Status that refused a request. */
    static String refused(int code, String reason, Answer answer) {
        JsonObject status = expect(code, answer).json();
        assertThat(text(status, "kind")).isEqualTo("Status");
        assertThat(text(status, "reason")).as(answer.toString()).isEqualTo(reason);
        return text(status, "message");
    }

    /** A watch of what happens after the given list or object, which ends after a minute. */
    static Watch watchAfter(JsonObject known, String collection, String selector) {
        return watchFrom(text(known, "metadata", "resourceVersion"), collection, selector);
    }

    static Watch watchFrom(String revision, String collection, String selector) {
        Watch watch = api().watch(collection + "?watch=true&timeoutSeconds=60&resourceVersion=" + revision
                + (selector.isEmpty() ? "" : "&labelSelector=" + selector));
        assertThat(watch.status()).isEqualTo(200);
        return watch;
    }

    /** The object of the next event, which must be of that type. */
    static JsonObject next(Watch watch, String type) {
        assertThat(watch.hasNext()).as("the watch ended without " + type).isTrue();
        JsonObject event = watch.next();
        assertThat(event.getString("type")).as(event.toString()).isEqualTo(type);
        return event.getJsonObject("object");
    }

    /** The object of the next event of that type that is as wanted; events of controllers may come before it. */
    static JsonObject next(Watch watch, String type, Predicate<JsonObject> wanted) {
        List<String> seen = new ArrayList<>();
        while (watch.hasNext()) {
            JsonObject event = watch.next();
            seen.add(event.toString());
            if (event.getString("type").equals(type) && wanted.test(event.getJsonObject("object"))) {
                return event.getJsonObject("object");
            }
        }
        throw new AssertionError("the watch ended without the " + type + " awaited; seen: " + seen);
    }

    static long revision(JsonObject object) {
        return Long.parseLong(text(object, "metadata", "resourceVersion"));
    }

    /** The condition of that type in the status. */
    static Optional<JsonObject> condition(JsonObject object, String type) {
        JsonObject status = object.getJsonObject("status");
        return status == null || !status.containsKey("conditions")
                ? Optional.empty()
                : status.getJsonArray("conditions").stream()
                        .map(JsonValue::asJsonObject)
                        .filter(condition -> condition.getString("type").equals(type))
                        .findFirst();
    }

    static boolean isTrue(JsonObject object, String condition) {
        return condition(object, condition)
                .filter(found -> found.getString("status").equals("True"))
                .isPresent();
    }

    /** A number in the status, which is zero where it is left out. */
    static int status(JsonObject object, String field) {
        JsonObject status = object.getJsonObject("status");
        return status == null ? 0 : status.getInt(field, 0);
    }

    /** The object with a value put where the path leads; objects on the way are made. */
    static JsonObject with(JsonObject object, JsonValue value, String... path) {
        String step = path[0];
        JsonValue inner = path.length == 1
                ? value
                : with(
                        object.get(step) instanceof JsonObject there ? there : JsonValue.EMPTY_JSON_OBJECT,
                        value,
                        Arrays.copyOfRange(path, 1, path.length));
        JsonObjectBuilder changed = Json.createObjectBuilder(object);
        return changed.add(step, inner).build();
    }

    static JsonObject with(JsonObject object, String value, String... path) {
        return with(object, Json.createValue(value), path);
    }

    static JsonValue json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }
}
