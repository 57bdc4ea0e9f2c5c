package io.coxswain.console.loops;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.Level;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopsPageTest {
    private static final LoopRow WELL =
            new LoopRow("deployment-controller", true, 3, 1, 120, Duration.ofMillis(12), 4000, 0, 4, null);
    private static final LoopRow FAILING = new LoopRow(
            "job-controller",
            true,
            0,
            0,
            6,
            Duration.ofNanos(2_340_000),
            9,
            2,
            9,
            new LoopRow.Failure("ns/a", "it broke", ConsoleApi.NOW.minusSeconds(30)));
    private static final LoopRow MENDED = new LoopRow(
            "job-controller",
            true,
            0,
            0,
            6,
            Duration.ofMillis(1),
            9,
            0,
            1,
            new LoopRow.Failure("ns/a", "it broke", ConsoleApi.NOW.minusSeconds(90)));
    private static final LoopRow READING =
            new LoopRow("namespace-controller", false, 0, 0, 0, Duration.ZERO, 0, 0, 0, null);

    private final ConsoleApi api = new ConsoleApi()
            .put("{'kind':'Lease','metadata':{'name':'kube-controller-manager','namespace':'kube-system'},"
                    + "'spec':{'holderIdentity':'coxswain_1','renewTime':'2026-11-22T11:59:58.000000Z'}}");

    private LoopsPage page(LoopRow... rows) {
        LoopsPage page = new LoopsPage(api.session(), new Loops() {
            @Override
            public List<LoopRow> rows() {
                return List.of(rows);
            }

            @Override
            public String identity() {
                return "coxswain_1";
            }
        });
        page.load();
        return page;
    }

    @Test
    void showsEachLoopAndWhoHoldsTheLeases() {
        LoopsPage page = page(WELL, FAILING);
        assertThat(page.getRows()).containsExactly(WELL, FAILING);
        assertThat(page.getHolders())
                .containsExactly(
                        new LoopsPage.Holder(
                                "kube-controller-manager", "coxswain_1", "2026-11-22T11:59:58.000000Z", true),
                        new LoopsPage.Holder("kube-scheduler", "", "", false));
        assertThat(page.failedSince(FAILING)).isEqualTo("30s");
        assertThat(page.failedSince(WELL)).isEmpty();
    }

    @Test
    void aLoopFailsAsLongAsOneOfItsKeysDoes() {
        assertThat(WELL.level()).isEqualTo(Level.GOOD);
        assertThat(WELL.state()).isEqualTo("loops.well");
        assertThat(FAILING.level()).isEqualTo(Level.BAD);
        assertThat(FAILING.state()).isEqualTo("loops.failing");
        assertThat(MENDED.level()).isEqualTo(Level.GOOD);
        assertThat(READING.level()).isEqualTo(Level.BUSY);
        assertThat(READING.state()).isEqualTo("loops.reading");
    }

    @Test
    void timesHaveTheDigitsThatSaySomething() {
        assertThat(WELL.time()).isEqualTo("12 ms");
        assertThat(FAILING.time()).isEqualTo("2.3 ms");
        assertThat(READING.time()).isEqualTo("–");
    }

    @Test
    void whoMayNotReadMetricsIsToldWhyAndSeesWhatElseThereIs() {
        api.allow(attempt -> !attempt.resource().equals("/metrics"));
        LoopsPage page = page(WELL);
        assertThat(page.getRows()).isEmpty();
        assertThat(page.getMayRead().reason()).isEqualTo("You need the right to get /metrics in the whole cluster.");
        assertThat(page.getHolders()).hasSize(2);
        api.allow(attempt -> !attempt.resource().equals("leases"));
        LoopsPage other = page(WELL);
        assertThat(other.getRows()).hasSize(1);
        assertThat(other.getHolders()).isEmpty();
        assertThat(other.getMayReadLeases().reason())
                .isEqualTo("You need the right to get leases.coordination.k8s.io in namespace kube-system.");
    }
}
