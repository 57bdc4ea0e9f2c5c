package io.coxswain.apiserver.representation;

import static io.coxswain.apiserver.ApiInMemory.drain;
import static io.coxswain.apiserver.ApiInMemory.revision;
import static io.coxswain.apiserver.ApiInMemory.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.kinds.apps.DeploymentKind;
import io.coxswain.kinds.authentication.SelfSubjectReviewKind;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which clients get what they ask for. */
class ResponseShaperTest {
    private static final String MAPS = "/api/v1/namespaces/ns/configmaps";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    private static final String PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private final ApiInMemory api = new ApiInMemory(new ConfigMapKind(), new PodKind());

    @BeforeEach
    void twoMaps() {
        api.post(MAPS, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {l: x}}, data: {k: v, m: n}}");
        api.configMap("ns", "b", "y");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aListAsATableHasColumnsAndARowAnItem() {
        JsonObject table = api.get(MAPS + "?limit=1", TABLE);
        assertThat(table.getString("kind")).isEqualTo("Table");
        assertThat(table.getString("apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(columns(table)).containsExactly("Name", "Data", "Age");
        assertThat(table.getJsonObject("metadata")).containsKeys("continue", "remainingItemCount", "resourceVersion");
        JsonObject row = row(table, 0);
        assertThat(row.getJsonArray("cells").getString(0)).isEqualTo("a");
        assertThat(row.getJsonArray("cells").getInt(1)).isEqualTo(2);
        JsonObject object = row.getJsonObject("object");
        assertThat(object.getString("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(object.getString("apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(object.getJsonObject("metadata").getString("name")).isEqualTo("a");
        assertThat(object).doesNotContainKey("data");
    }

    @Test
    void theNameColumnIsMarkedAndWideOnesHavePriority() {
        JsonArray columns = api.get("/api/v1/namespaces/ns/pods", TABLE).getJsonArray("columnDefinitions");
        JsonObject name = columns.getJsonObject(0);
        assertThat(name.getString("format")).isEqualTo("name");
        assertThat(name).containsKeys("name", "type", "description", "priority");
        assertThat(columns.stream().map(each -> each.asJsonObject().getInt("priority")))
                .contains(0, 1);
    }

    @Test
    void aScaleIsShownAsAScaleAndNotAsWhatItIsTheScaleOf() {
        try (ApiInMemory apps = new ApiInMemory(new DeploymentKind())) {
            apps.post("/apis/apps/v1/namespaces/ns/deployments", """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}}
                        spec: {containers: [{name: web, image: web}]}
                    """);
            JsonObject table = apps.get("/apis/apps/v1/namespaces/ns/deployments/web/scale", TABLE);
            assertThat(columns(table)).containsExactly("Name", "Desired", "Available", "Age");
            assertThat(row(table, 0).getJsonArray("cells").subList(0, 3)).hasToString("[\"web\", 2, 0]");
        }
    }

    @Test
    void anEmptyTableHasAnEmptyListOfRows() {
        JsonObject table = api.get("/api/v1/namespaces/none/configmaps", TABLE);
        assertThat(table.getJsonArray("rows")).isEmpty();
        assertThat(columns(table)).isNotEmpty();
    }

    @Test
    void oneObjectIsATableOfOneRowAndSoIsAWrittenOne() {
        assertThat(api.get(MAPS + "/a", TABLE).getJsonArray("rows")).hasSize(1);
        ApiResponse made = api.call(
                "POST", MAPS, TABLE, "application/json", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}");
        assertThat(tree(made).getString("kind")).isEqualTo("Table");
        assertThat(((ApiResponse.ObjectResponse) made).code()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"None, ''", "Metadata, PartialObjectMetadata", "Object, ConfigMap", "'', PartialObjectMetadata"})
    void rowsCarryAsMuchOfTheirObjectAsAsked(String include, String kind) {
        JsonValue object =
                row(api.get(MAPS + "?includeObject=" + include, TABLE), 0).get("object");
        if (kind.isEmpty()) {
            assertThat(object).isEqualTo(JsonValue.NULL);
        } else {
            assertThat(object.asJsonObject().getString("kind")).isEqualTo(kind);
        }
    }

    @Test
    void anUnknownIncludeObjectIsABadRequest() {
        assertThatThrownBy(() -> api.get(MAPS + "?includeObject=Everything", TABLE))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
        // Only who wants a table is asked.
        assertThat(api.get(MAPS + "?includeObject=Everything").getString("kind"))
                .isEqualTo("ConfigMapList");
    }

    @Test
    void theOlderVersionOfMetaIsNamedInTheTable() {
        JsonObject table = api.get(MAPS, "application/json;as=Table;v=v1beta1;g=meta.k8s.io");
        assertThat(table.getString("apiVersion")).isEqualTo("meta.k8s.io/v1beta1");
        assertThat(row(table, 0).getJsonObject("object").getString("apiVersion"))
                .isEqualTo("meta.k8s.io/v1beta1");
    }

    @Test
    void aWatchOfTablesHasColumnsInTheFirstOnly() {
        EventStream watch = api.watch(MAPS + "?watch=1&allowWatchBookmarks=true", TABLE);
        api.delete(MAPS + "/a", "");
        api.pass(Duration.ofSeconds(60));
        List<EventStream.Event> events = drain(watch);
        assertThat(events).extracting(EventStream.Event::type).containsExactly("ADDED", "ADDED", "DELETED", "BOOKMARK");
        List<JsonObject> tables =
                events.stream().map(event -> event.object().tree()).toList();
        assertThat(tables).allMatch(table -> table.getString("kind").equals("Table"));
        assertThat(columns(tables.get(0))).contains("Name");
        assertThat(tables.subList(1, 4)).allMatch(table -> columns(table).isEmpty());
        assertThat(row(tables.get(2), 0).getJsonArray("cells").getString(0)).isEqualTo("a");
        JsonObject bookmark = row(tables.get(3), 0).getJsonObject("object");
        assertThat(revision(bookmark)).isEqualTo(revision(api.get(MAPS)));
    }

    @Test
    void anErrorInAWatchOfTablesStaysAStatus() {
        api.clock.move(Duration.ofMinutes(11));
        String old = api.configMap("ns", "c", "x");
        api.configMap("ns", "d", "x");
        api.clock.move(Duration.ofMinutes(11));
        api.configMap("ns", "e", "x");
        api.compact();
        for (String accept : List.of(TABLE, PARTIAL)) {
            List<EventStream.Event> events = drain(api.watch(MAPS + "?watch=1&resourceVersion=" + old, accept));
            assertThat(events).hasSize(1);
            assertThat(events.get(0).object().tree().getString("kind")).isEqualTo("Status");
        }
    }

    @Test
    void metadataAloneComesForObjectsListsAndWatches() {
        JsonObject one = api.get(MAPS + "/a", PARTIAL);
        assertThat(one.getString("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(one).doesNotContainKey("data");
        JsonObject list = api.get(MAPS, PARTIAL_LIST);
        assertThat(list.getString("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(list.getString("apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(list.getJsonArray("items").getJsonObject(0).getString("kind"))
                .isEqualTo("PartialObjectMetadata");
        List<EventStream.Event> events = drain(api.watch(MAPS + "?watch=1", PARTIAL));
        assertThat(events)
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event.object().tree().getString("kind")).isEqualTo("PartialObjectMetadata"));
    }

    @Test
    void aStatusIsNeverTurnedIntoATable() {
        JsonObject answer = tree(api.call("DELETE", MAPS + "/a", TABLE, "", ""));
        assertThat(answer.getString("kind")).isEqualTo("Status");
        assertThat(answer.getString("status")).isEqualTo("Success");
    }

    @Test
    void aListIsNoObjectAndAnObjectNoList() {
        assertThatThrownBy(() -> api.get(MAPS, PARTIAL))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406))
                .hasMessage("you requested PartialObjectMetadata, but the requested object is a list (ConfigMapList)");
        assertThatThrownBy(() -> api.get(MAPS + "/a", PARTIAL_LIST))
                .hasMessage(
                        "you requested PartialObjectMetadataList, but the requested object is not a list (ConfigMap)");
        assertThatThrownBy(() -> api.watch(MAPS + "?watch=1", PARTIAL_LIST))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406));
        assertThat(api.openWatches()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "application/xml;q=0.9",
                "application/json;as=Chair;v=v1;g=meta.k8s.io",
                "application/json;as=Table;v=v2;g=meta.k8s.io",
                "application/json;as=Table;v=v1;g=example.com",
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io"
            })
    void whatNobodyCanMakeIsNotAcceptable(String accept) {
        assertThatThrownBy(() -> api.get(MAPS, accept))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406))
                .hasMessage("only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf");
    }

    @Test
    void whatIsNotAcceptableIsNotDone() {
        assertThatThrownBy(() -> api.call("DELETE", MAPS + "/a", "text/html", "", ""))
                .isInstanceOf(ApiException.class);
        assertThat(api.get(MAPS + "/a")).isNotEmpty();
    }

    @Test
    void aClientFallsBackToWhatItLikesLess() {
        assertThat(api.get(MAPS, "application/json;as=Chair;v=v1;g=meta.k8s.io," + TABLE + ",application/json")
                        .getString("kind"))
                .isEqualTo("Table");
        assertThat(api.get(MAPS, "text/html;q=1,application/json;q=0.1").getString("kind"))
                .isEqualTo("ConfigMapList");
        assertThat(api.get(MAPS, TABLE + ";q=0.1,application/json;q=0.5").getString("kind"))
                .isEqualTo("ConfigMapList");
    }

    @Test
    void aWatchHasNoYaml() {
        assertThatThrownBy(() -> api.watch(MAPS + "?watch=1", "application/yaml"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406))
                .hasMessage("only the following media types are accepted: application/json;stream=watch,"
                        + " application/vnd.kubernetes.protobuf;stream=watch");
    }

    @ParameterizedTest
    @CsvSource({
        PROTOBUF + ", application/vnd.kubernetes.protobuf;stream=watch",
        PROTOBUF + ";stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
        "'" + PROTOBUF + ",application/json', application/vnd.kubernetes.protobuf;stream=watch",
        "application/json;stream=watch, application/json",
        "*/*, application/json"
    })
    void aWatchSaysHowItIsFramed(String accept, String mediaType) {
        ApiResponse response = api.call("GET", MAPS + "?watch=1", accept, "", "");
        assertThat(((ApiResponse.WatchResponse) response).mediaType()).isEqualTo(mediaType);
    }

    @Test
    void aReviewHasNoTable() {
        // As the conformance suite asks: a backend without metadata answers 406.
        try (ApiInMemory reviews = new ApiInMemory(new SelfSubjectReviewKind())) {
            assertThatThrownBy(() -> reviews.call(
                            "POST",
                            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                            TABLE,
                            "",
                            "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(406));
        }
    }

    private static List<String> columns(JsonObject table) {
        return table.getJsonArray("columnDefinitions").stream()
                .map(column -> column.asJsonObject().getString("name"))
                .toList();
    }

    private static JsonObject row(JsonObject table, int index) {
        return table.getJsonArray("rows").getJsonObject(index);
    }
}
