package io.coxswain.it;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.coxswain.it.ApiConnection.Answer;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every kind owes its clients, whatever it is: discovery tells which kinds there are, {@code src/test/resources/samples}
 * has a minimal object of each.
 */
@ExtendWith(ArquillianExtension.class)
class ApiContractIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String LABEL = "contract.coxswain.io/case";

    private final ApiConnection api = ApiConnection.admin();

    @TestFactory
    Stream<DynamicContainer> everyKind() {
        List<ServedResource> served = ServedResource.discover(api);
        assertThat(served).as("discovery").hasSizeGreaterThan(20);
        return served.stream()
                .map(resource -> dynamicContainer(
                        resource.toString(),
                        resource.isReview()
                                ? review(resource)
                                : resource.verbs().contains("create") ? contract(resource) : computed(resource)));
    }

    private List<DynamicNode> computed(ServedResource resource) {
        return List.of(dynamicTest("is made anew for each reader", () -> {
            JsonObject list = expect(200, api.get(resource.collection())).json();
            assertThat(names(list)).isNotEmpty();
            String name = names(list).get(0);
            assertThat(text(expect(200, api.get(resource.path(name))).json(), "kind"))
                    .isEqualTo(resource.kind());
            assertThat(api.delete(resource.path(name)).status()).isEqualTo(405);
        }));
    }

    private List<DynamicNode> review(ServedResource resource) {
        return List.of(dynamicTest("answers a question and keeps nothing", () -> {
            if (resource.namespaced()) {
                namespace(resource);
            }
            Answer answer = api.post(resource.collection(), resource.sample("unused"), ApiConnection.YAML);
            if (resource.kind().equals("Binding")) { // it is posted to the pod that it names
                status(404, "NotFound", "pods \"unused\" not found", answer);
                return;
            }
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            assertThat(answer.json()).containsKey("status");
            assertThat(api.get(resource.collection()).status()).isEqualTo(405);
        }));
    }

    private List<DynamicNode> contract(ServedResource resource) {
        List<DynamicNode> tests = new ArrayList<>();
        if (resource.namespaced()) {
            tests.add(test("a namespace for it", resource, this::namespace));
        }
        tests.add(test("create, get, list, once only", resource, this::createAndRead));
        tests.add(test("watch", resource, this::watch));
        tests.add(test("update under an optimistic lock", resource, this::update));
        tests.add(test("patch: merge, JSON, strategic merge", resource, this::patch));
        tests.add(test("a dry run leaves nothing", resource, this::dryRun));
        tests.add(test("table", resource, this::table));
        tests.add(test("selectors", resource, this::selectors));
        tests.add(test("limit and continue", resource, this::pages));
        tests.add(test("delete, with preconditions", resource, this::delete));
        if (resource.verbs().contains("deletecollection")) {
            tests.add(test("deletecollection", resource, this::deleteCollection));
        }
        return tests;
    }

    private static DynamicTest test(String name, ServedResource resource, Consumer<ServedResource> body) {
        return dynamicTest(name, () -> body.accept(resource));
    }

    private void namespace(ServedResource resource) {
        String name = resource.namespace();
        JsonObject namespace = Json.createObjectBuilder()
                .add("apiVersion", "v1")
                .add("kind", "Namespace")
                .add("metadata", Json.createObjectBuilder().add("name", name))
                .build();
        expect(201, api.post("/api/v1/namespaces", namespace.toString()));
        await("the service account of " + name)
                .atMost(SOON)
                .until(() -> api.get("/api/v1/namespaces/" + name + "/serviceaccounts/default")
                                .status()
                        == 200);
    }

    private void createAndRead(ServedResource resource) {
        JsonObject created = create(resource, "sample-read");
        assertThat(text(created, "metadata", "name")).isEqualTo(resource.named("sample-read"));
        assertThat(text(created, "metadata", "uid")).hasSize(36);
        assertThat(text(created, "metadata", "creationTimestamp")).isNotEmpty();
        assertThat(text(created, "metadata", "resourceVersion")).matches("[1-9][0-9]*");
        assertThat(text(created, "kind")).isEqualTo(resource.kind());
        assertThat(text(created, "apiVersion")).isEqualTo(resource.apiVersion());

        JsonObject read = expect(200, api.get(resource.path("sample-read"))).json();
        assertThat(text(read, "metadata", "uid")).isEqualTo(text(created, "metadata", "uid"));

        JsonObject list = expect(200, api.get(resource.collection())).json();
        assertThat(text(list, "kind")).isEqualTo(resource.kind() + "List");
        assertThat(names(list)).contains(resource.named("sample-read"));

        Answer again = api.post(resource.collection(), resource.sample("sample-read"), ApiConnection.YAML);
        status(
                409,
                "AlreadyExists",
                resource.qualified() + " \"" + resource.named("sample-read") + "\" already exists",
                again);
        status(
                404,
                "NotFound",
                resource.qualified() + " \"" + resource.named("sample-absent") + "\" not found",
                api.get(resource.path("sample-absent")));
        // A typed client sends what it read back in YAML as well.
        assertThat(expect(200, api.get(resource.path("sample-read"), ApiConnection.YAML))
                        .body())
                .contains("kind: " + resource.kind());
        api.delete(resource.path("sample-read"));
    }

    private void watch(ServedResource resource) {
        String since =
                text(expect(200, api.get(resource.collection() + "?limit=1")).json(), "metadata", "resourceVersion");
        try (Watch watch = api.watch(resource.collection() + "?watch=1&timeoutSeconds=60&resourceVersion=" + since)) {
            assertThat(watch.status()).isEqualTo(200);
            JsonObject created = create(resource, "sample-watch");
            label(resource, "sample-watch", "watched");
            expectDeleted(api.delete(resource.path("sample-watch")));

            JsonObject added = next(watch, resource.named("sample-watch"), "ADDED", "");
            assertThat(text(added, "metadata", "uid")).isEqualTo(text(created, "metadata", "uid"));
            assertThat(text(added, "kind")).isEqualTo(resource.kind());
            JsonObject modified = next(watch, resource.named("sample-watch"), "MODIFIED", "watched");
            assertThat(revision(modified)).isGreaterThan(revision(added));
            JsonObject deleted = next(watch, resource.named("sample-watch"), "DELETED", "watched");
            assertThat(revision(deleted)).isGreaterThan(revision(modified));
        }
    }

    /** The object of the first event of that type, name and label; other changes are controllers at work. */
    private static JsonObject next(Watch watch, String name, String type, String label) {
        List<String> seen = new ArrayList<>();
        while (watch.hasNext()) {
            JsonObject event = watch.next();
            JsonObject object = event.getJsonObject("object");
            seen.add(event.getString("type") + " " + text(object, "metadata", "name"));
            if (event.getString("type").equals(type)
                    && text(object, "metadata", "name").equals(name)
                    && text(object, "metadata", "labels", LABEL).equals(label)) {
                return object;
            }
        }
        throw new AssertionError("the watch ended without " + type + " of " + name + ", seen: " + seen);
    }

    private void update(ServedResource resource) {
        JsonObject stale = create(resource, "sample-update");
        label(resource, "sample-update", "other-writer");
        status(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource.qualified() + " \"" + resource.named("sample-update")
                        + "\": the object has been"
                        + " modified; please apply your changes to the latest version and try again",
                api.put(resource.path("sample-update"), labelled(stale, "stale").toString()));
        await("an update between two of the controllers'").atMost(SOON).until(() -> {
            JsonObject fresh =
                    expect(200, api.get(resource.path("sample-update"))).json();
            Answer answer = api.put(
                    resource.path("sample-update"), labelled(fresh, "mine").toString());
            if (answer.status() == 409) {
                return false;
            }
            JsonObject updated = expect(200, answer).json();
            assertThat(text(updated, "metadata", "labels", LABEL)).isEqualTo("mine");
            assertThat(text(updated, "metadata", "uid")).isEqualTo(text(stale, "metadata", "uid"));
            assertThat(revision(updated)).isGreaterThan(revision(fresh));
            return true;
        });
        Answer other =
                api.put(resource.path("sample-other"), labelled(stale, "x").toString());
        status(
                400,
                "BadRequest",
                "the name of the object (" + resource.named("sample-update") + ") does not match the name on the URL ("
                        + resource.named("sample-other") + ")",
                other);
        api.delete(resource.path("sample-update"));
    }

    private void patch(ServedResource resource) {
        create(resource, "sample-patch");
        label(resource, "sample-patch", "merged");
        Answer json = api.patch(
                resource.path("sample-patch"),
                "[{\"op\":\"test\",\"path\":\"/metadata/labels/contract.coxswain.io~1case\",\"value\":\"merged\"},"
                        + "{\"op\":\"replace\",\"path\":\"/metadata/labels/contract.coxswain.io~1case\",\"value\":\"json\"}]",
                ApiConnection.JSON_PATCH);
        assertThat(text(expect(200, json).json(), "metadata", "labels", LABEL)).isEqualTo("json");
        Answer failed = api.patch(
                resource.path("sample-patch"),
                "[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"another\"}]",
                ApiConnection.JSON_PATCH);
        assertThat(failed.status()).as(failed.toString()).isEqualTo(422);
        Answer strategic = api.patch(
                resource.path("sample-patch"),
                "{\"metadata\":{\"labels\":{\"" + LABEL + "\":null},\"annotations\":{\"a\":\"b\"}}}",
                ApiConnection.STRATEGIC);
        JsonObject patched = expect(200, strategic).json();
        assertThat(text(patched, "metadata", "labels", LABEL)).isEmpty();
        assertThat(text(patched, "metadata", "annotations", "a")).isEqualTo("b");
        assertThat(api.patch(resource.path("sample-absent"), "{}", ApiConnection.MERGE)
                        .status())
                .isEqualTo(404);
        api.delete(resource.path("sample-patch"));
    }

    private void dryRun(ServedResource resource) {
        Answer created =
                api.post(resource.collection() + "?dryRun=All", resource.sample("sample-dry"), ApiConnection.YAML);
        assertThat(text(expect(201, created).json(), "metadata", "name")).isEqualTo(resource.named("sample-dry"));
        assertThat(api.get(resource.path("sample-dry")).status()).isEqualTo(404);
        create(resource, "sample-dry");
        expect(
                200,
                api.patch(
                        resource.path("sample-dry") + "?dryRun=All",
                        "{\"metadata\":{\"labels\":{\"" + LABEL + "\":\"dry\"}}}",
                        ApiConnection.MERGE));
        expectDeleted(api.delete(resource.path("sample-dry") + "?dryRun=All"));
        JsonObject kept = expect(200, api.get(resource.path("sample-dry"))).json();
        assertThat(text(kept, "metadata", "labels", LABEL)).isEmpty();
        assertThat(text(kept, "metadata", "deletionTimestamp")).isEmpty();
        api.delete(resource.path("sample-dry"));
    }

    private void table(ServedResource resource) {
        create(resource, "sample-table");
        JsonObject table =
                expect(200, api.get(resource.collection(), ApiConnection.TABLE)).json();
        assertThat(text(table, "kind")).isEqualTo("Table");
        List<JsonObject> columns = table.getJsonArray("columnDefinitions").getValuesAs(JsonObject.class);
        assertThat(columns).isNotEmpty();
        List<JsonObject> rows = table.getJsonArray("rows").getValuesAs(JsonObject.class);
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            assertThat(row.getJsonArray("cells")).hasSameSizeAs(columns);
            assertThat(text(row.getJsonObject("object"), "kind")).isEqualTo("PartialObjectMetadata");
        });
        assertThat(rows)
                .extracting(row -> text(row, "object", "metadata", "name"))
                .contains(resource.named("sample-table"));
        api.delete(resource.path("sample-table"));
    }

    private void selectors(ServedResource resource) {
        create(resource, "sample-one");
        create(resource, "sample-two");
        label(resource, "sample-two", "selected");
        String byLabel = resource.collection() + "?labelSelector=contract.coxswain.io/case%3Dselected";
        assertThat(names(expect(200, api.get(byLabel)).json())).containsExactly(resource.named("sample-two"));
        String byField = resource.collection() + "?fieldSelector=metadata.name%3D" + resource.named("sample-one");
        assertThat(names(expect(200, api.get(byField)).json())).containsExactly(resource.named("sample-one"));
        assertThat(names(expect(200, api.get(byField + "&labelSelector=contract.coxswain.io/case"))
                        .json()))
                .isEmpty();
        api.delete(resource.path("sample-one"));
        api.delete(resource.path("sample-two"));
    }

    private void pages(ServedResource resource) {
        List<String> created = List.of("sample-p1", "sample-p2", "sample-p3");
        for (String name : created) {
            create(resource, name);
            label(resource, name, "paged");
        }
        String query = resource.collection() + "?labelSelector=contract.coxswain.io/case%3Dpaged&limit=1";
        List<String> read = new ArrayList<>();
        String token = "";
        String revision = "";
        do {
            JsonObject page = expect(200, api.get(query + (token.isEmpty() ? "" : "&continue=" + token)))
                    .json();
            assertThat(names(page).size()).isLessThanOrEqualTo(1);
            read.addAll(names(page));
            String now = text(page, "metadata", "resourceVersion");
            assertThat(now).as("all pages are of one revision").isEqualTo(revision.isEmpty() ? now : revision);
            revision = now;
            token = text(page, "metadata", "continue");
        } while (!token.isEmpty() && read.size() <= 3);
        assertThat(read).isEqualTo(created.stream().map(resource::named).toList());
        created.forEach(name -> api.delete(resource.path(name)));
    }

    private void delete(ServedResource resource) {
        JsonObject created = create(resource, "sample-delete");
        Answer refused = api.delete(
                resource.path("sample-delete"),
                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"another\"}}");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.json().getString("message"))
                .endsWith("\"" + resource.named("sample-delete")
                        + "\": the UID in the precondition (another) does not match the UID in record ("
                        + text(created, "metadata", "uid")
                        + "). The object might have been deleted and then recreated");
        expectDeleted(api.delete(
                resource.path("sample-delete"),
                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\""
                        + text(created, "metadata", "uid") + "\"}}"));
        awaitGone(resource, "sample-delete");
        assertThat(api.delete(resource.path("sample-delete")).status()).isEqualTo(404);
    }

    private void deleteCollection(ServedResource resource) {
        create(resource, "sample-keep");
        create(resource, "sample-gone");
        label(resource, "sample-gone", "collected");
        expect(200, api.delete(resource.collection() + "?labelSelector=contract.coxswain.io/case%3Dcollected"));
        awaitGone(resource, "sample-gone");
        expect(200, api.get(resource.path("sample-keep")));
        api.delete(resource.path("sample-keep"));
    }

    private JsonObject create(ServedResource resource, String name) {
        return expect(201, api.post(resource.collection(), resource.sample(name), ApiConnection.YAML))
                .json();
    }

    private void label(ServedResource resource, String name, String value) {
        String patch = "{\"metadata\":{\"labels\":{\"" + LABEL + "\":\"" + value + "\"}}}";
        JsonObject labelled = expect(200, api.patch(resource.path(name), patch, ApiConnection.MERGE))
                .json();
        assertThat(text(labelled, "metadata", "labels", LABEL)).isEqualTo(value);
    }

    private static JsonObject labelled(JsonObject object, String value) {
        JsonObject metadata = object.getJsonObject("metadata");
        JsonObject labels =
                metadata.containsKey("labels") ? metadata.getJsonObject("labels") : JsonObject.EMPTY_JSON_OBJECT;
        return Json.createObjectBuilder(object)
                .add(
                        "metadata",
                        Json.createObjectBuilder(metadata)
                                .add("labels", Json.createObjectBuilder(labels).add(LABEL, value)))
                .build();
    }

    private void awaitGone(ServedResource resource, String name) {
        await(resource + " " + name + " is gone")
                .atMost(SOON)
                .until(() -> api.get(resource.path(name)).status() == 404);
    }

    private static List<String> names(JsonObject list) {
        return list.getJsonArray("items").getValuesAs(JsonObject.class).stream()
                .map(item -> text(item, "metadata", "name"))
                .toList();
    }

    private static long revision(JsonObject object) {
        return Long.parseLong(text(object, "metadata", "resourceVersion"));
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        return answer;
    }

    /** Deleted at once, or on its way. */
    private static void expectDeleted(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isIn(200, 202);
    }

    private static void status(int code, String reason, String message, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(code);
        JsonObject status = answer.json();
        assertThat(text(status, "kind")).isEqualTo("Status");
        assertThat(text(status, "reason")).isEqualTo(reason);
        assertThat(text(status, "message")).isEqualTo(message);
    }
}
