package io.coxswain.controller.horizontalpodautoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coxswain.controller.horizontalpodautoscaler.ReplicaCalculator.Proposal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaCalculatorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final ReplicaCalculator calculator = new ReplicaCalculator(Clock.fixed(NOW, ZoneOffset.UTC));

    /** Each pod asks for 1000m; states: r ready, u unready and never ready, s unready after it was ready, p pending, f failed, d going. */
    @ParameterizedTest(name = "{0} pods {1} using {2} at {3} % want {4} at {5} %")
    @CsvSource(
            delimiter = '|',
            value = {
                "the documented formula        | rrr   | 300 500 700     | 30  | 5 | 50",
                "down                          | rrrrr | 100 300 500 250 250 | 50 | 3 | 28",
                "nothing within a tenth, above | rr    | 1100 1100       | 100 | 2 | 110",
                "nothing within a tenth, below | rr    | 900 900         | 100 | 2 | 90",
                "just beyond it                | rr    | 1110 1110       | 100 | 3 | 111",
                "whole percents, rounded down  | rr    | 1109 1109       | 100 | 2 | 110",
                "unready pods damp a scale-up  | ruu   | 600 700 700     | 30  | 3 | 60",
                "pending pods damp it, too     | rpp   | 600 - -         | 30  | 3 | 60",
                "still enough to scale up      | rrp   | 900 900 -       | 30  | 6 | 90",
                "unready pods do not hold down | rrru  | 100 100 100 900 | 50  | 1 | 10",
                "a pod that was ready counts   | rrs   | 300 500 700     | 30  | 5 | 50",
                "missing pods count full below | rrr   | 100 100 -       | 50  | 3 | 10",
                "and at the target above 100   | rrr   | 100 100 -       | 200 | 2 | 10",
                "missing pods count 0 above    | rrr   | 900 900 -       | 50  | 4 | 90",
                "direction never turns         | rr    | 600 -           | 50  | 2 | 60",
                "failed and going pods do not  | rrfd  | 600 600 0 0     | 30  | 4 | 60",
            })
    void byUtilization(String what, String states, String usage, int target, int replicas, int percent)
            throws MetricsException {
        List<Pod> pods = pods(states);
        Proposal proposal = calculator.byUtilization(states.length(), target, "cpu", "", pods, metrics(usage));
        assertThat(proposal.replicas()).as(what).isEqualTo(replicas);
        assertThat(proposal.percent()).as(what).isEqualTo(percent);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "up                            | rrr  | 20000 10000 30000 | 15000 | 4 | 20000",
                "down                          | rrr  | 12000 12000 12000 | 20000 | 2 | 12000",
                "within a tenth                | rrr  | 19000 20000 21000 | 19000 | 3 | 20000",
                "missing at the target below   | rrrr | 1000 1000 1000 -  | 5000  | 2 | 1000",
                "missing as 0 above            | rrr  | 9000 9000 -       | 5000  | 4 | 9000",
                "pending as 0 above            | rrp  | 9000 9000 -       | 5000  | 4 | 9000",
                "readiness is for CPU only     | rru  | 9000 9000 9000    | 3000  | 9 | 9000",
            })
    void byMean(String what, String states, String values, long target, int replicas, long mean)
            throws MetricsException {
        Proposal proposal = calculator.byMean(states.length(), target, "", pods(states), metrics(values));
        assertThat(proposal.replicas()).as(what).isEqualTo(replicas);
        assertThat(proposal.milliValue()).as(what).isEqualTo(mean);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rrr  | 3 | 20000 | 15000 | 4",
                "rrr  | 3 | 15500 | 15000 | 3",
                "rrru | 4 | 20000 | 15000 | 4",
                "rrr  | 3 | 0     | 15000 | 0",
                "''   | 0 | 31000 | 15000 | 3",
                "''   | 0 | 0     | 15000 | 0",
            })
    void byValueOfWhatIsReady(String states, int current, long value, long target, int replicas)
            throws MetricsException {
        assertThat(calculator.byValue(current, value, target, pods(states)).replicas())
                .isEqualTo(replicas);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 90000 | 15000 | 6 | 30000",
                "6 | 90000 | 15000 | 6 | 15000",
                "6 | 95000 | 15000 | 6 | 15834",
                "6 | 10000 | 15000 | 1 | 1667",
                "0 | 31000 | 15000 | 3 | 0",
            })
    void byShareOfOneValue(int current, long value, long target, int replicas, long share) {
        Proposal proposal = calculator.byShare(current, value, target);
        assertThat(proposal.replicas()).isEqualTo(replicas);
        assertThat(proposal.milliValue()).isEqualTo(share);
    }

    @Test
    void cpuOfAPodThatHasJustStartedSaysNothingForOneWindow() throws MetricsException {
        Pod fresh = pod("pod-1", 'r', NOW.minusSeconds(120), NOW.minusSeconds(30));
        List<Pod> pods = List.of(pod("pod-0", 'r'), fresh);
        Map<String, PodMetric> early = metrics("600 9000");
        assertThat(calculator.byUtilization(2, 30, "cpu", "", pods, early).percent())
                .isEqualTo(60);
        Map<String, PodMetric> late = new HashMap<>(early);
        late.put("pod-1", new PodMetric(NOW, Duration.ofSeconds(10), 9000));
        assertThat(calculator.byUtilization(2, 30, "cpu", "", pods, late).percent())
                .isEqualTo(480);
    }

    @Test
    void memoryOfUnreadyPodsCounts() throws MetricsException {
        List<Pod> pods = pods("ru");
        assertThat(calculator
                        .byUtilization(2, 30, "memory", "", pods, metrics("300 900"))
                        .percent())
                .isEqualTo(60);
    }

    @Test
    void oneContainerOrAllAndSidecars() throws MetricsException {
        Pod pod = new PodBuilder(pod("pod-0", 'r'))
                .editSpec()
                .addNewContainer()
                .withName("other")
                .withNewResources()
                .addToRequests("cpu", new Quantity("3"))
                .endResources()
                .endContainer()
                .addNewInitContainer()
                .withName("sidecar")
                .withRestartPolicy("Always")
                .withNewResources()
                .addToRequests("cpu", new Quantity("6"))
                .endResources()
                .endInitContainer()
                .addNewInitContainer()
                .withName("setup")
                .endInitContainer()
                .endSpec()
                .build();
        assertThat(calculator
                        .byUtilization(1, 50, "cpu", "", List.of(pod), metrics("5000"))
                        .percent())
                .isEqualTo(50);
        assertThat(calculator
                        .byUtilization(1, 50, "cpu", "other", List.of(pod), metrics("3000"))
                        .percent())
                .isEqualTo(100);
        Pod whole = new PodBuilder(pod)
                .editSpec()
                .withNewResources()
                .addToRequests("cpu", new Quantity("20"))
                .endResources()
                .endSpec()
                .build();
        assertThat(calculator
                        .byUtilization(1, 50, "cpu", "", List.of(whole), metrics("5000"))
                        .percent())
                .isEqualTo(25);
    }

    @Test
    void saysWhyNothingCanBeCalculated() {
        failure("no pods returned by selector while calculating replica count", List.of(), metrics("100"));
        failure("did not receive metrics for targeted pods (pods might be unready)", pods("u"), metrics("100"));
        failure("did not receive metrics for targeted pods (pods might be unready)", pods("rr"), Map.of());
        failure("no metrics returned matched known pods", pods("r"), Map.of("x", new PodMetric(NOW, Duration.ZERO, 1)));
        Pod bare = new PodBuilder(pod("pod-0", 'r'))
                .editSpec()
                .editContainer(0)
                .withResources(null)
                .endContainer()
                .endSpec()
                .build();
        failure("missing request for cpu in container main of Pod pod-0", List.of(bare), metrics("100"));
    }

    @Test
    void nonsenseDoesNotOverflow() throws MetricsException {
        Map<String, PodMetric> greatest = Map.of(
                "pod-0", new PodMetric(NOW, Duration.ZERO, Long.MAX_VALUE),
                "pod-1", new PodMetric(NOW, Duration.ZERO, Long.MAX_VALUE));
        Proposal proposal = calculator.byUtilization(2, 1, "cpu", "", pods("rr"), greatest);
        assertThat(proposal.replicas()).isEqualTo(Integer.MAX_VALUE);
        assertThat(proposal.percent()).isEqualTo(Integer.MAX_VALUE);
        assertThat(calculator.byMean(2, 1, "", pods("rr"), greatest).replicas()).isEqualTo(Integer.MAX_VALUE);
    }

    private void failure(String message, List<Pod> pods, Map<String, PodMetric> metrics) {
        assertThatExceptionOfType(MetricsException.class)
                .isThrownBy(() -> calculator.byUtilization(1, 50, "cpu", "", pods, metrics))
                .withMessage(message);
    }

    private static List<Pod> pods(String states) {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < states.length(); i++) {
            pods.add(pod("pod-" + i, states.charAt(i)));
        }
        return pods;
    }

    private static Pod pod(String name, char state) {
        Instant started = NOW.minusSeconds(3600);
        return pod(name, state, started, state == 's' ? NOW.minusSeconds(60) : started.plusSeconds(5));
    }

    private static Pod pod(String name, char state, Instant started, Instant since) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withDeletionTimestamp(state == 'd' ? NOW.toString() : null)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withNewResources()
                .addToRequests("cpu", new Quantity("1"))
                .addToRequests("memory", new Quantity("1"))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase(state == 'p' ? "Pending" : state == 'f' ? "Failed" : "Running")
                .withStartTime(started.toString())
                .addNewCondition()
                .withType("Ready")
                .withStatus("us".indexOf(state) >= 0 ? "False" : "True")
                .withLastTransitionTime(since.toString())
                .endCondition()
                .endStatus()
                .build();
    }

    /** Measured a second ago over the minute before; {@code -} where nothing was. */
    private static Map<String, PodMetric> metrics(String values) {
        Map<String, PodMetric> metrics = new HashMap<>();
        String[] each = values.split(" ");
        for (int i = 0; i < each.length; i++) {
            if (!each[i].equals("-")) {
                metrics.put(
                        "pod-" + i, new PodMetric(NOW.minusSeconds(1), Duration.ofMinutes(1), Long.parseLong(each[i])));
            }
        }
        return metrics;
    }
}
