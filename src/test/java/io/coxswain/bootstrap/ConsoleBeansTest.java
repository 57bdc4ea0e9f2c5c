package io.coxswain.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.loops.LoopRow;
import io.coxswain.scheduler.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleBeansTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void theSchedulerIsALoopAmongTheOthers() {
        Scheduler.Fault fault = new Scheduler.Fault("ns/p", "database away", AT);
        LoopRow row = ConsoleBeans.row(new Scheduler.Health(
                true, 7, 4, 2, 1, 100, 9, 33, Duration.ofMillis(5), Optional.of(fault), Duration.ofMillis(1)));

        assertThat(row.name()).isEqualTo("kube-scheduler");
        assertThat(row.waiting()).isEqualTo(7);
        assertThat(row.working()).isEqualTo(1);
        assertThat(row.perMinute()).isEqualTo(33);
        assertThat(row.done()).isEqualTo(109);
        assertThat(row.retries()).isEqualTo(9);
        assertThat(row.state())
                .as("pods without a node are no fault of the loop")
                .isEqualTo("loops.well");
        assertThat(row.failure()).isEqualTo(new LoopRow.Failure("ns/p", "database away", AT));
    }
}
