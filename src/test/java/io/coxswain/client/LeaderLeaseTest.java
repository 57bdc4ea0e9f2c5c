package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderLeaseTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private int gained;

    @Test
    void aSingleServerLeadsAtOnceAndKeepsRenewing() {
        LeaderLease lease = lease("one");
        lease.start();
        timers.runDue();
        assertThat(lease.isLeader()).isTrue();
        assertThat(gained).isEqualTo(1);
        timers.advance(Duration.ofMinutes(5));
        assertThat(lease.isLeader()).isTrue();
        assertThat(gained).isEqualTo(1);
    }

    @Test
    void anotherTakesOverWhenTheHolderFallsSilent() {
        LeaderLease one = lease("one");
        LeaderLease two = lease("two");
        one.start();
        timers.runDue();
        two.start();
        timers.advance(Duration.ofSeconds(30));
        assertThat(two.isLeader()).isFalse();
        // The first server loses its connection: the second must not lead before the first has noticed.
        api.failWhen(request -> request.user().name().equals("one") ? ApiException.unavailable("cut off") : null);
        timers.advance(Duration.ofSeconds(11));
        assertThat(one.isLeader()).isFalse();
        assertThat(two.isLeader()).isFalse();
        timers.advance(Duration.ofSeconds(9));
        assertThat(two.isLeader()).isTrue();
        assertThat(api.get(ResourceTypes.LEASES, "kube-system", "kube-test")
                        .getSpec()
                        .getLeaseTransitions())
                .isEqualTo(1);
    }

    @Test
    void aRenewalThatTookTooLongIsToldAsGained() {
        LeaderLease lease = lease("one");
        lease.start();
        timers.runDue();
        api.failWhen(request -> ApiException.unavailable("slow"));
        timers.advance(Duration.ofSeconds(9));
        List<Boolean> meanwhile = new ArrayList<>();
        api.failWhen(request -> {
            timers.takeTime(Duration.ofSeconds(3));
            meanwhile.add(lease.isLeader());
            return null;
        });
        timers.advance(Duration.ofSeconds(1));
        assertThat(meanwhile).contains(false);
        assertThat(lease.isLeader()).isTrue();
        // Work that came meanwhile was put off until it is told again.
        assertThat(gained).isEqualTo(2);
    }

    @Test
    void givesTheLeaseUpWhenStopped() {
        LeaderLease one = lease("one");
        one.start();
        timers.runDue();
        one.stop();
        assertThat(one.isLeader()).isFalse();
        LeaderLease two = lease("two");
        two.start();
        timers.runDue();
        assertThat(two.isLeader()).isTrue();
    }

    @Test
    void waitsForAServerThatIsNotThereYet() {
        api.failWhen(request -> ApiException.unavailable("starting"));
        LeaderLease lease = lease("one");
        lease.start();
        timers.advance(Duration.ofSeconds(3));
        assertThat(lease.isLeader()).isFalse();
        api.failWhen(request -> null);
        timers.advance(Duration.ofSeconds(2));
        assertThat(lease.isLeader()).isTrue();
    }

    @Test
    void aClockThatJumpsForwardsTakesNoLeaseFromItsHolder() {
        LeaderLease one = lease("one");
        LeaderLease two = lease("two");
        one.start();
        timers.runDue();
        two.start();
        timers.advance(Duration.ofSeconds(4));
        timers.jump(Duration.ofHours(1));
        timers.advance(Duration.ofMillis(500));
        assertThat(one.isLeader()).isTrue();
        for (int i = 0; i < 60; i++) {
            timers.advance(Duration.ofSeconds(1));
            assertThat(one.isLeader()).isTrue();
            assertThat(two.isLeader()).isFalse();
        }
        assertThat(gained).isEqualTo(1);
    }

    @Test
    void aClockThatJumpsBackDoesNotProlongLeadership() {
        LeaderLease one = lease("one");
        LeaderLease two = lease("two");
        one.start();
        timers.runDue();
        two.start();
        timers.advance(Duration.ofSeconds(4));
        timers.jump(Duration.ofHours(-1));
        api.failWhen(request -> request.user().name().equals("one") ? ApiException.unavailable("cut off") : null);
        timers.advance(Duration.ofSeconds(11));
        assertThat(one.isLeader()).isFalse();
        timers.advance(Duration.ofSeconds(9));
        assertThat(two.isLeader()).isTrue();
    }

    private LeaderLease lease(String identity) {
        ApiClient client = api.clients(timers).as(io.coxswain.apiserver.request.UserInfo.of(identity), identity);
        return new LeaderLease(client, "kube-test", identity, timers, timers.clock(), () -> gained++);
    }
}
