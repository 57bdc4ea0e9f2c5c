package io.coxswain.kinds.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowControlKindsTest {
    private final KindDefinition schemas = new FlowSchemaKind();
    private final KindDefinition levels = new PriorityLevelConfigurationKind();

    private static JsonObject yaml(String text) {
        return YamlCodec.parse(text.getBytes(StandardCharsets.UTF_8)).value().asJsonObject();
    }

    private static List<String> errors(KindDefinition kind, String spec) {
        JsonObject object = kind.defaults(yaml("{metadata: {name: x}, spec: " + spec + "}"));
        return kind.validate(new ObjectView(object)).stream()
                .map(FieldError::toString)
                .toList();
    }

    @Test
    void takesEveryObjectThatIsMadeAtTheStart() throws IOException {
        String text = Files.readString(Path.of("src/main/resources/io/coxswain/bootstrap/flowcontrol.yaml"));
        List<JsonObject> objects = YamlCodec.parseAll(text).stream()
                .map(document -> document.value().asJsonObject())
                .toList();
        assertThat(objects).hasSize(21);
        for (JsonObject object : objects) {
            KindDefinition kind = object.getString("kind").equals("FlowSchema") ? schemas : levels;
            assertThat(kind.validate(new ObjectView(kind.defaults(object))))
                    .as(new ObjectView(object).name())
                    .isEmpty();
            // What defaulting adds would look like an administrator's change at the next start.
            assertThat(kind.defaults(object)).isEqualTo(object);
        }
    }

    @Test
    void fillsInDefaults() {
        JsonObject level =
                levels.defaults(yaml("{spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}"));
        assertThat(level.getJsonObject("spec").getJsonObject("limited").toString())
                .contains("\"nominalConcurrencyShares\":30", "\"lendablePercent\":0", "\"queues\":64", "\"handSize\":8")
                .contains("\"queueLengthLimit\":50");
        assertThat(schemas.defaults(yaml("{spec: {}}")).getJsonObject("spec").getInt("matchingPrecedence"))
                .isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: Sometimes}|spec.type: Unsupported value: \"Sometimes\"",
                "{type: Exempt}|must be 'Exempt' if and only if `name` is 'exempt'",
                "{type: Limited}|spec.limited: Required value: must not be empty when type is Limited",
                "{type: Limited, exempt: {}, limited: {limitResponse: {type: Reject}}}|spec.exempt: Forbidden",
                "{type: Limited, limited: {lendablePercent: 101, limitResponse: {type: Reject}}}|must be between 0 and 100, inclusive",
                "{type: Limited, limited: {nominalConcurrencyShares: -1, limitResponse: {type: Reject}}}|must be a non-negative integer",
                "{type: Limited, limited: {limitResponse: {type: Queue}}}|spec.limited.limitResponse.queuing: Required value",
                "{type: Limited, limited: {limitResponse: {type: Reject, queuing: {}}}}|spec.limited.limitResponse.queuing: Forbidden",
                "{type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 2, handSize: 3}}}}|should not be greater than queues (2)",
                "{type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 1000000, handSize: 8}}}}|required entropy bits",
                "{type: Limited, limited: {limitResponse: {type: Queue, queuing: {queueLengthLimit: 0}}}}|must be positive",
            })
    void refusesLevelsThatCannotWork(String spec, String message) {
        assertThat(errors(levels, spec)).anyMatch(error -> error.contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{priorityLevelConfiguration: {name: a}, matchingPrecedence: 0}|must be a value between 1 and 10000 inclusive",
                "{priorityLevelConfiguration: {name: a}, matchingPrecedence: 1}|only the schema named 'exempt' may have matchingPrecedence 1",
                "{}|spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
                "{priorityLevelConfiguration: {name: a}, distinguisherMethod: {type: ByMoon}}|Unsupported value: \"ByMoon\"",
                "{priorityLevelConfiguration: {name: a}, rules: [{}]}|spec.rules[0].subjects: Required value",
                "{priorityLevelConfiguration: {name: a}, rules: [{}]}|at least one of resourceRules and nonResourceRules has to be non-empty",
                "{priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User}]}]}|user is required when subject kind is 'User'",
                "{priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: Robot}]}]}|Unsupported value: \"Robot\"",
                "{priorityLevelConfiguration: {name: a}, rules: [{resourceRules: [{verbs: [read]}]}]}|Unsupported value: \"read\"",
                "{priorityLevelConfiguration: {name: a}, rules: [{resourceRules: [{verbs: ['*', get]}]}]}|if '*' is present, must not specify other verbs",
                "{priorityLevelConfiguration: {name: a}, rules: [{resourceRules: [{verbs: ['*']}]}]}|resource rules must supply at least one api group",
                "{priorityLevelConfiguration: {name: a}, rules: [{nonResourceRules: [{verbs: [get], nonResourceURLs: [version]}]}]}|must start with slash",
            })
    void refusesSchemasThatCannotWork(String spec, String message) {
        assertThat(errors(schemas, spec)).anyMatch(error -> error.contains(message));
    }

    @Test
    void showsColumnsAsUpstream() {
        JsonObject schema = yaml("{metadata: {name: a, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: "
                + "{matchingPrecedence: 9, priorityLevelConfiguration: {name: b}}}");
        assertThat(schemas.cells(new ObjectView(schema), Instant.parse("2026-01-01T00:01:40Z"))
                        .toString())
                .isEqualTo("[\"a\", \"b\", 9, \"<none>\", \"100s\", \"?\"]");
        JsonObject level =
                yaml("{metadata: {name: exempt, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {type: Exempt}}");
        assertThat(levels.cells(new ObjectView(level), Instant.parse("2026-01-01T00:01:40Z")))
                .hasSameSizeAs(levels.columns());
    }
}
