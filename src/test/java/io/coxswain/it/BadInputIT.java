package io.coxswain.it;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Answer;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that is wrong: the answer says what is wrong as Kubernetes says it, and nothing is left behind. */
@ExtendWith(ArquillianExtension.class)
class BadInputIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String UNRECOGNIZED = "the object provided is unrecognized (must be of type ConfigMap): ";

    private final ApiConnection api = ApiConnection.admin();
    private List<String> before = List.of();

    @BeforeEach
    void remember() {
        before = names();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(names()).isEqualTo(before);
        assertThat(ApiConnection.anonymous().get("/readyz").body()).isEqualTo("ok");
    }

    private List<String> names() {
        return List.of(
                        MAPS,
                        PODS,
                        "/api/v1/namespaces/default/services",
                        "/apis/apps/v1/namespaces/default/deployments")
                .stream()
                .flatMap(path -> api.get(path).json().getJsonArray("items").getValuesAs(JsonObject.class).stream()
                        .map(item -> path + "/" + text(item, "metadata", "name")))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [1\nb: }' | yaml: line 1: did not find expected ',' or ']'",
                "'kind: ConfigMap\n\tapiVersion: v1' | yaml: line 2: found character that cannot start any token"
            })
    void brokenYaml(String yaml, String why) {
        assertThat(status(400, "BadRequest", api.post(MAPS, yaml, ApiConnection.YAML)))
                .startsWith(UNRECOGNIZED + why);
    }

    @Test
    void yamlThatGrowsWithoutEnd() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append(String.join(", ", java.util.Collections.nCopies(9, "*a" + (i - 1))))
                    .append("]\n");
        }
        status(400, "BadRequest", api.post(MAPS, bomb.toString(), ApiConnection.YAML));
    }

    @Test
    void brokenJson() {
        assertThat(status(400, "BadRequest", api.post(MAPS, "{\"kind\":")))
                .isEqualTo(UNRECOGNIZED
                        + "couldn't get version/kind; json parse error: unexpected end of JSON input ({\"kind\":)");
        assertThat(status(400, "BadRequest", api.post(MAPS, "{\"kind\":\"ConfigMap\"} x")))
                .contains("json parse error: invalid character 'x' after top-level value");
        assertThat(status(400, "BadRequest", api.post(MAPS, "[]"))).contains("json: cannot unmarshal array");
    }

    @Test
    void unknownAndDuplicateFields() {
        String body = map("bad-fields", "\"dta\":{},\"data\":{\"a\":\"1\",\"a\":\"2\"}");
        assertThat(status(400, "BadRequest", api.post(MAPS + "?fieldValidation=Strict", body)))
                .isEqualTo(
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown"
                                + " field \"dta\", duplicate field \"data.a\"");
        Answer warned = api.post(MAPS + "?dryRun=All&fieldValidation=Warn", body);
        assertThat(warned.status()).as(warned.toString()).isEqualTo(201);
        assertThat(warned.headers("Warning"))
                .containsExactly("299 - \"unknown field \\\"dta\\\"\"", "299 - \"duplicate field \\\"data.a\\\"\"");
        Answer ignored = api.post(MAPS + "?dryRun=All&fieldValidation=Ignore", body);
        assertThat(ignored.status()).isEqualTo(201);
        assertThat(ignored.headers("Warning")).isEmpty();
        assertThat(api.post(MAPS + "?dryRun=All", body).headers("Warning"))
                .as("Warn is the default")
                .hasSize(2);
        Answer nonsense = api.post(MAPS + "?fieldValidation=Perhaps", body);
        assertThat(status(422, "Invalid", nonsense))
                .isEqualTo("CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value:"
                        + " \"Perhaps\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
        causes(nonsense, "FieldValueNotSupported fieldValidation");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"data\":{\"a\":1} | json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
                "\"data\":[] | json: cannot unmarshal array into Go struct field ConfigMap.data of type"
                        + " map[string]string",
                "\"immutable\":\"yes\" | json: cannot unmarshal string into Go struct field ConfigMap.immutable of type"
                        + " bool"
            })
    void wrongTypes(String field, String why) {
        assertThat(status(400, "BadRequest", api.post(MAPS, map("bad-type", field))))
                .isEqualTo("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: " + why);
    }

    @Test
    void valuesOutOfRange() {
        Answer port = api.post("/api/v1/namespaces/default/services", """
                {"kind":"Service","apiVersion":"v1","metadata":{"name":"bad-port"},"spec":{"ports":[{"port":70000}]}}""");
        assertThat(status(422, "Invalid", port))
                .contains("spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive");
        causes(port, "FieldValueInvalid spec.ports[0].port", "FieldValueInvalid spec.ports[0].targetPort");

        Answer replicas = api.post("/apis/apps/v1/namespaces/default/deployments", """
                {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"bad-replicas"},"spec":{"replicas":-1,
                "selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        assertThat(status(422, "Invalid", replicas))
                .isEqualTo("Deployment.apps \"bad-replicas\" is invalid: spec.replicas: Invalid value: -1: must be"
                        + " greater than or equal to 0");
        causes(replicas, "FieldValueInvalid spec.replicas");

        Answer huge = api.post("/apis/apps/v1/namespaces/default/deployments", """
                {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"x"},"spec":{"replicas":99999999999}}""");
        assertThat(status(400, "BadRequest", huge))
                .isEqualTo("Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal"
                        + " number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32");

        Answer quantity = api.post(PODS, """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i",
                "resources":{"requests":{"cpu":"many"}}}]}}""");
        assertThat(status(400, "BadRequest", quantity))
                .isEqualTo("Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular"
                        + " expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");

        Answer container = api.post(PODS, """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"bad-pod"},"spec":{"containers":[{"name":"C!"}],
                "restartPolicy":"Sometimes"}}""");
        status(422, "Invalid", container);
        causes(
                container,
                "FieldValueInvalid spec.containers[0].name",
                "FieldValueRequired spec.containers[0].image",
                "FieldValueNotSupported spec.restartPolicy");
    }

    @Test
    void aBodyOfFiftyMegabytes() {
        byte[] body = new byte[50 << 20];
        Arrays.fill(body, (byte) ' ');
        Answer answer = api.send("POST", MAPS, body, Map.of("Content-Type", ApiConnection.JSON));
        assertThat(status(413, "RequestEntityTooLarge", answer))
                .isEqualTo("Request entity too large: limit is 3145728");
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiConnection.JSON, ApiConnection.YAML})
    void tenThousandLevels(String type) {
        String body = "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"data\":" + "[".repeat(10_000)
                + "]".repeat(10_000) + "}";
        assertThat(status(400, "BadRequest", api.post(MAPS, body, type))).contains("exceeded max depth");
        String patch = "{\"data\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}";
        assertThat(api.patch(MAPS + "/kube-root-ca.crt", patch, ApiConnection.MERGE)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void namesThatAreNone() {
        String longName = "a".repeat(300);
        Answer tooLong = api.post(MAPS, map(longName, "\"data\":{}"));
        assertThat(status(422, "Invalid", tooLong))
                .isEqualTo("ConfigMap \"" + longName + "\" is invalid: metadata.name: Invalid value: \"" + longName
                        + "\": must be no more than 253 characters");
        causes(tooLong, "FieldValueInvalid metadata.name");
        Answer upper = api.post(MAPS, map("Upper_case", "\"data\":{}"));
        assertThat(status(422, "Invalid", upper)).contains("a lowercase RFC 1123 subdomain must consist of lower case");
        causes(upper, "FieldValueInvalid metadata.name");
        Answer none = api.post(MAPS, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{}}");
        assertThat(status(422, "Invalid", none))
                .endsWith("metadata.name: Required value: name or generateName is required");
        assertThat(api.get(MAPS + "/" + longName).status()).isEqualTo(404);
    }

    @Test
    void bodiesOfSomethingElse() {
        assertThat(status(400, "BadRequest", api.post(MAPS, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}")))
                .startsWith("Pod in version \"v1\" cannot be handled as a ConfigMap");
        assertThat(status(400, "BadRequest", api.post(MAPS, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v2\"}")))
                .startsWith("ConfigMap in version \"v2\" cannot be handled as a ConfigMap: no kind \"ConfigMap\" is"
                        + " registered for version \"v2\"");
        assertThat(status(400, "BadRequest", api.post(MAPS, """
                {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","namespace":"kube-system"}}""")))
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
        assertThat(status(404, "NotFound", api.post("/api/v1/namespaces/nosuch/configmaps", map("x", "\"data\":{}"))))
                .isEqualTo("namespaces \"nosuch\" not found");
        assertThat(status(400, "BadRequest", api.post(MAPS, "{\"a\":1}", "application/vnd.kubernetes.protobuf")))
                .contains("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        assertThat(status(
                        400, "BadRequest", api.post(MAPS, "k8s\0\u0012\u007f", "application/vnd.kubernetes.protobuf")))
                .startsWith(UNRECOGNIZED);
        ApiConnection zipped = api.with(Map.of("Content-Encoding", "gzip"));
        assertThat(status(400, "BadRequest", zipped.post(MAPS, map("zipped", "\"data\":{}"))))
                .startsWith("the request's body cannot be read");
        assertThat(status(400, "BadRequest", zipped.post(MAPS, "kind: ConfigMap", ApiConnection.YAML)))
                .startsWith("the request's body cannot be read");
        assertThat(status(415, "UnsupportedMediaType", api.post(MAPS, "x", "text/plain")))
                .startsWith("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json, application/yaml");
        assertThat(status(415, "UnsupportedMediaType", api.patch(MAPS + "/x", "{}", ApiConnection.JSON)))
                .contains("application/json-patch+json, application/merge-patch+json,"
                        + " application/strategic-merge-patch+json");
        assertThat(status(406, "NotAcceptable", api.get(MAPS, "text/html")))
                .startsWith("only the following media types are accepted: application/json, application/yaml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resourceVersion=abc | 400 | BadRequest | strconv.ParseUint: parsing \"abc\": invalid syntax",
                "watch=1&resourceVersion=abc | 400 | BadRequest | strconv.ParseUint: parsing \"abc\": invalid syntax",
                "limit=many | 400 | BadRequest | strconv.ParseInt: parsing \"many\": invalid syntax",
                "timeoutSeconds=1.5 | 400 | BadRequest | strconv.ParseInt: parsing \"1.5\": invalid syntax",
                "continue=abc | 400 | BadRequest | continue key is not valid",
                "labelSelector=a%20in%20( | 400 | BadRequest | found '', expected: ',', ')' or identifier",
                "labelSelector=%3D%3D | 400 | BadRequest | found '==', expected: !, identifier, or 'end of string'",
                "fieldSelector=spec.foo%3Dbar | 400 | BadRequest | field label not supported: spec.foo",
                "fieldSelector=foo | 400 | BadRequest | invalid selector: 'foo'; can't understand 'foo'",
                "resourceVersionMatch=Exact | 422 | Invalid | resourceVersionMatch is forbidden unless"
                        + " resourceVersion is provided"
            })
    void badParameters(String query, int code, String reason, String message) {
        assertThat(status(code, reason, api.get(MAPS + "?" + query))).contains(message);
    }

    @Test
    void aListOfTheFutureIsNotThereYet() {
        Answer answer = api.get(MAPS + "?resourceVersion=999999999");
        assertThat(status(504, "Timeout", answer)).startsWith("Too large resource version: 999999999, current: ");
        assertThat(answer.json().getJsonObject("details").getInt("retryAfterSeconds"))
                .isPositive();
        causes(answer, "ResourceVersionTooLarge ");
    }

    @Test
    void aWatchOfTheFutureWaits() {
        try (Watch watch = api.watch(MAPS + "?watch=1&timeoutSeconds=1&resourceVersion=999999999")) {
            assertThat(watch.status()).isEqualTo(200);
            assertThat(watch.hasNext()).isFalse();
        }
    }

    @Test
    void aContinueTokenOfAnotherList() {
        String token = text(api.get("/api/v1/configmaps?limit=1").json(), "metadata", "continue");
        assertThat(token).isNotEmpty();
        Answer answer = api.get("/api/v1/namespaces/default/services?limit=1&continue=" + token);
        assertThat(status(400, "BadRequest", answer)).startsWith("continue key is not valid");
        Answer narrowed = api.get("/api/v1/namespaces/default/configmaps?continue=" + token);
        assertThat(narrowed.status()).as(narrowed.toString()).isLessThan(500);
    }

    @Test
    void patchesThatCannotBe() {
        String map = MAPS + "/kube-root-ca.crt";
        status(400, "BadRequest", api.patch(map, "{", ApiConnection.MERGE));
        status(400, "BadRequest", api.patch(map, "[1]", ApiConnection.JSON_PATCH));
        status(422, "Invalid", api.patch(map, "[{\"op\":\"remove\",\"path\":\"/none\"}]", ApiConnection.JSON_PATCH));
        assertThat(status(422, "Invalid", api.patch(map, "{\"data\":{\"a\":{\"b\":1}}}", ApiConnection.MERGE)))
                .startsWith(" \"\" is invalid: patch: Invalid value: ");
        assertThat(status(400, "BadRequest", api.patch(map, "{\"metadata\":{\"name\":\"b\"}}", ApiConnection.MERGE)))
                .isEqualTo("the name of the object (b) does not match the name on the URL (kube-root-ca.crt)");
        status(422, "Invalid", api.patch(map, "{\"metadata\":{\"labels\":{\"a b\":\"c\"}}}", ApiConnection.MERGE));
        status(409, "Conflict", api.patch(map, "{\"metadata\":{\"resourceVersion\":\"1\"}}", ApiConnection.MERGE));
        status(409, "Conflict", api.patch(map, "{\"metadata\":{\"uid\":\"other\"}}", ApiConnection.MERGE));
    }

    @Test
    void pathsAndMethodsThatAreNone() {
        assertThat(status(404, "NotFound", api.get("/apis/nosuch/v1/things")))
                .isEqualTo("the server could not find the requested resource");
        status(404, "NotFound", api.get("/api/v1/nosuch"));
        status(404, "NotFound", api.get(MAPS + "/x/nosuch"));
        status(405, "MethodNotAllowed", api.put(MAPS, "{}"));
        status(405, "MethodNotAllowed", api.send("POST", MAPS + "/x", "{}".getBytes(), Map.of()));
        status(405, "MethodNotAllowed", api.send("TRACE", MAPS, null, Map.of()));
        status(405, "MethodNotAllowed", api.send("BREW", MAPS, null, Map.of()));
    }

    private static String map(String name, String fields) {
        return "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name + "\"}," + fields + "}";
    }

    /** Checks code and reason; returns the message. */
    private static String status(int code, String reason, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(code);
        JsonObject status = answer.json();
        assertThat(text(status, "kind")).isEqualTo("Status");
        assertThat(status.getInt("code")).isEqualTo(code);
        assertThat(text(status, "reason")).as(answer.toString()).isEqualTo(reason);
        return text(status, "message");
    }

    /** The causes as {@code reason field}. */
    private static void causes(Answer answer, String... expected) {
        assertThat(answer.json().getJsonObject("details").getJsonArray("causes").getValuesAs(JsonObject.class))
                .extracting(cause -> text(cause, "reason") + " " + text(cause, "field"))
                .containsExactly(expected);
    }
}
