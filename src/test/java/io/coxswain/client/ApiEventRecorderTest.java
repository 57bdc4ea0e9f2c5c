package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiEventRecorderTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final ApiEventRecorder recorder =
            new ApiEventRecorder(api.client(timers), "test-controller", "", timers::now, timers.clock());

    @Test
    void writesAnEventInTheBackground() {
        recorder.event(pod("a"), "Normal", "Started", "Started it");
        assertThat(events()).isEmpty();
        timers.runDue();
        Event event = events().get(0);
        assertThat(event.getReason()).isEqualTo("Started");
        assertThat(event.getSource().getComponent()).isEqualTo("test-controller");
        assertThat(event.getInvolvedObject().getName()).isEqualTo("a");
        assertThat(event.getFirstTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(event.getMetadata().getName()).matches("a\\.[0-9a-f]{16}");
    }

    @Test
    void countsAnEqualEventUp() {
        for (int i = 0; i < 3; i++) {
            recorder.event(pod("a"), "Warning", "Failed", "no");
            timers.advance(Duration.ofSeconds(5));
        }
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).getCount()).isEqualTo(3);
        assertThat(events().get(0).getFirstTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(events().get(0).getLastTimestamp()).isEqualTo("2026-01-01T00:00:10Z");
    }

    @Test
    void writesAnewWhatHasExpired() {
        recorder.event(pod("a"), "Warning", "Failed", "no");
        timers.runDue();
        api.remove(ResourceTypes.EVENTS, "ns", events().get(0).getMetadata().getName());
        timers.advance(Duration.ofHours(1));
        recorder.event(pod("a"), "Warning", "Failed", "no");
        timers.runDue();
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).getCount()).isEqualTo(1);
    }

    @Test
    void combinesManyMessagesOfOneReason() {
        for (int i = 0; i < 15; i++) {
            recorder.event(pod("a"), "Warning", "Failed", "message " + i);
            timers.advance(Duration.ofMillis(100));
        }
        assertThat(events()).hasSizeLessThan(16);
        assertThat(events())
                .anyMatch(event -> event.getMessage().startsWith("(combined from similar events): message 1"));
    }

    @Test
    void dropsAFlood() {
        for (int i = 0; i < 200; i++) {
            recorder.event(pod("a"), "Warning", "Failed", "no");
        }
        timers.runDue();
        assertThat(api.countWrites("patch", "events")).isEqualTo(24);
        recorder.event(pod("b"), "Warning", "Failed", "no");
        timers.runDue();
        assertThat(events()).hasSize(2);
    }

    @Test
    void putsEventsOfClusterObjectsIntoDefault() {
        recorder.event(
                new ObjectReferenceBuilder().withKind("Node").withName("n").build(), "Normal", "NodeReady", "ready");
        timers.runDue();
        assertThat(api.list(ResourceTypes.EVENTS, "default")).hasSize(1);
    }

    @Test
    void survivesARefusalAndTwoEventsInOneInstant() {
        api.failWhen(request -> ApiException.unavailable("no"));
        recorder.event(pod("a"), "Normal", "One", "1");
        timers.runDue();
        api.failWhen(request -> null);
        recorder.event(pod("a"), "Normal", "Two", "2");
        recorder.event(pod("a"), "Normal", "Three", "3");
        timers.runDue();
        assertThat(events()).extracting(Event::getReason).containsExactlyInAnyOrder("Two", "Three");
    }

    private List<Event> events() {
        return api.list(ResourceTypes.EVENTS, "ns");
    }

    private static ObjectReference pod(String name) {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace("ns")
                .withName(name)
                .withUid("u-" + name)
                .build();
    }
}
