package io.coxswain.node.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.node.TestPods;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptTest {

    private static Pod pod(String... annotations) {
        Pod pod = TestPods.pod("Always", TestPods.container("a"), TestPods.container("b"));
        pod.getMetadata().setAnnotations(SimulatedCluster.pairs(annotations));
        return pod;
    }

    private static Script script(String... annotations) throws ScriptException {
        return Script.of(pod(annotations), Map.of());
    }

    @Test
    void theLastValueOfASequenceHoldsOn() throws ScriptException {
        Script script = script("exit-code", "3, 2,0");
        assertThat(script.exitCode("a", 0)).isEqualTo(3);
        assertThat(script.exitCode("a", 1)).isEqualTo(2);
        assertThat(script.exitCode("a", 2)).isZero();
        assertThat(script.exitCode("a", 99)).isZero();
        assertThat(script.dependsOnAttempts()).isTrue();
        assertThat(script("exit-code", "3").dependsOnAttempts()).isFalse();
    }

    @Test
    void aContainersOwnSettingComesFirst() throws ScriptException {
        Script script = script("exit-code", "1", "exit-code.b", "2");
        assertThat(script.exitCode("a", 0)).isEqualTo(1);
        assertThat(script.exitCode("b", 0)).isEqualTo(2);
    }

    @Test
    void indexesHaveValuesOfTheirOwn() throws ScriptException {
        Pod pod = pod("exit-code", "9; 3=1; 5-7=2,0");
        for (String[] each : new String[][] {{"3", "1"}, {"4", "9"}, {"5", "2"}, {"7", "2"}, {"8", "9"}}) {
            pod.getMetadata().getAnnotations().put("batch.kubernetes.io/job-completion-index", each[0]);
            assertThat(Script.of(pod, Map.of()).exitCode("a", 0))
                    .as("index " + each[0])
                    .isEqualTo(Integer.parseInt(each[1]));
        }
        pod.getMetadata().getAnnotations().remove("batch.kubernetes.io/job-completion-index");
        pod.getMetadata().getLabels().put("apps.kubernetes.io/pod-index", "6");
        assertThat(Script.of(pod, Map.of()).exitCode("a", 1)).isZero();
    }

    @Test
    void aPodWithoutAnIndexHasNoneOfTheirValues() throws ScriptException {
        assertThat(script("exit-code", "0=1").exitCode("a", 0)).isZero();
    }

    @Test
    void theNodesSettingsAreTheLast() throws ScriptException {
        Map<String, Sequence<?>> node = Script.ofNode(SimulatedCluster.pairs("start-delay", "3s", "capacity", "cpu=1"));
        assertThat(Script.of(pod(), node).startDelay("a", 0)).isEqualTo(Duration.ofSeconds(3));
        assertThat(Script.of(pod("start-delay.a", "1m"), node).startDelay("a", 0))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exit-code        | 256               | \"256\" is no exit code from 0 to 255",
                "exit-code        | -1                | \"-1\" is no exit code from 0 to 255",
                "exit-code        | 1,,2              | \"\" is no exit code from 0 to 255",
                "exit-code        | 1;                | \"\" is no exit code from 0 to 255",
                "exit-code        | a=1               | \"a=1\" is no exit code from 0 to 255",
                "exit-code.nobody | 1                 | the pod has no such container",
                "exit-status      | 1                 | there is no such setting",
                "run-time         | 5                 | \"5\" is no length of time such as 1.5s, 2m or forever",
                "run-time         | -5s               | \"-5s\" is no length of time such as 1.5s, 2m or forever",
                "back-off         | 1ms               | \"1ms\" is less than 10ms",
                "ready            | yes               | \"yes\" is neither true nor false",
                "image-error      | gone              | \"gone\" is none of denied, none, not-found, timeout",
                "waiting          | not a reason: x   | \"not a reason\" is no reason such as"
                        + " CreateContainerConfigError",
                "evicted-after.a  | 5s                | is about the whole pod",
                "capacity         | cpu=1             | belongs on a Node",
            })
    void whatCannotBeFollowedIsNamed(String annotation, String value, String why) {
        assertThatThrownBy(() -> script(annotation, value))
                .isInstanceOf(ScriptException.class)
                .hasMessage("annotation simulated.coxswain.io/" + annotation + ": " + why);
    }

    @Test
    void lengthsBeyondAllMeasureAreForever() throws ScriptException {
        assertThat(script("start-delay", "2000000h").startDelay("a", 0)).isLessThanOrEqualTo(Setting.FOREVER);
        assertThat(script("start-delay", "never").startDelay("a", 0)).isEqualTo(Setting.FOREVER);
        assertThatThrownBy(() -> script("exit-code", "1,".repeat(40_000))).isInstanceOf(ScriptException.class);
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingIsDocumented(Setting setting) throws IOException {
        assertThat(Files.readString(Path.of("docs/simulated-nodes.md"))).contains("| `" + setting.key() + "` |");
    }

    @Test
    void otherPeoplesAnnotationsDoNotMatter() throws ScriptException {
        Pod pod = pod();
        pod.getMetadata().getAnnotations().put("example.com/exit-code", "lots");
        assertThat(Script.of(pod, Map.of()).exitCode("a", 0)).isZero();
    }
}
