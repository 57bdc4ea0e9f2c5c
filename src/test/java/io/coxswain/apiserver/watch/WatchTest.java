package io.coxswain.apiserver.watch;

import static io.coxswain.apiserver.ApiInMemory.drain;
import static io.coxswain.apiserver.ApiInMemory.revision;
import static io.coxswain.apiserver.ApiInMemory.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.EventStream.Event;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches as informers use them. */
class WatchTest {
    private static final String MAPS = "/api/v1/namespaces/ns/configmaps";

    private final ApiInMemory api = new ApiInMemory(new ConfigMapKind(), new PodKind());

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aWatchGoesOnWhereAListEnded() {
        api.configMap("ns", "before", "x");
        String from = revision(api.get(MAPS));
        EventStream watch = api.watch(MAPS + "?watch=true&resourceVersion=" + from);

        api.configMap("ns", "a", "x");
        api.configMap("other", "elsewhere", "x");
        api.mergePatch(MAPS + "/a", "{data: {k: v}}");
        api.delete(MAPS + "/a", "");

        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("ADDED", "MODIFIED", "DELETED");
        List<Long> revisions = events.stream()
                .map(event -> Long.valueOf(revision(event.object().tree())))
                .toList();
        assertThat(revisions).isSorted().doesNotHaveDuplicates();
        // The last state, with the revision of the deletion.
        JsonObject deleted = events.get(2).object().tree();
        assertThat(deleted.getJsonObject("data").getString("k")).isEqualTo("v");
        assertThat(revision(deleted)).isEqualTo(revision(api.get(MAPS)));
    }

    @Test
    void aWatchFromAPastRevisionReplaysWhatHappenedSince() {
        String first = api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        api.delete(MAPS + "/a", "");
        assertThat(texts(api.watch(MAPS + "?watch=1&resourceVersion=" + first)))
                .containsExactly("ADDED b", "DELETED a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?watch=true", "?watch=true&resourceVersion=0"})
    void aWatchFromNowhereBeginsWithTheState(String query) {
        api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        EventStream watch = api.watch(MAPS + query);
        assertThat(texts(watch)).containsExactly("ADDED a", "ADDED b");
        api.configMap("ns", "c", "x");
        assertThat(texts(watch)).containsExactly("ADDED c");
    }

    @Test
    void aPathBelowWatchIsAWatchToo() {
        api.configMap("ns", "a", "x");
        assertThat(texts(api.watch("/api/v1/watch/namespaces/ns/configmaps"))).containsExactly("ADDED a");
        assertThat(texts(api.watch("/api/v1/watch/configmaps"))).containsExactly("ADDED a");
    }

    @Test
    void anObjectThatBeginsToMatchAppearsAndOneThatCeasesDisappears() {
        String from = api.configMap("ns", "a", "x");
        EventStream watch = api.watch(MAPS + "?watch=1&labelSelector=l%3Dx&resourceVersion=" + from);

        relabel("a", "y");
        api.mergePatch(MAPS + "/a", "{data: {unseen: v}}");
        relabel("a", "x");
        api.mergePatch(MAPS + "/a", "{data: {seen: v}}");
        relabel("a", "y");
        api.delete(MAPS + "/a", "");
        api.configMap("ns", "b", "y");
        api.delete(MAPS + "/b", "");

        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("DELETED", "ADDED", "MODIFIED", "DELETED");
        JsonObject gone = events.get(0).object().tree();
        assertThat(new ObjectView(gone).labels()).containsEntry("l", "x");
        // Resuming behind the event must not show it again.
        assertThat(Long.parseLong(revision(gone))).isGreaterThan(Long.parseLong(from));
    }

    private void relabel(String name, String label) {
        api.mergePatch(MAPS + "/" + name, "{metadata: {labels: {l: " + label + "}}}");
    }

    @Test
    void aFieldSelectorHasTheSameEdges() {
        String pods = "/api/v1/namespaces/ns/pods";
        api.post(pods, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
        String from = revision(api.get(pods));
        EventStream running = api.watch(pods + "?watch=1&fieldSelector=status.phase%3DRunning&resourceVersion=" + from);
        EventStream pending = api.watch(pods + "?watch=1&fieldSelector=status.phase%3DPending&resourceVersion=" + from);
        api.mergePatch(pods + "/p/status", "{status: {phase: Running}}");
        api.mergePatch(pods + "/p/status", "{status: {phase: Failed}}");
        assertThat(texts(running)).containsExactly("ADDED p", "DELETED p");
        assertThat(texts(pending)).containsExactly("DELETED p");
    }

    @Test
    void aWatchOfOneNameSeesOnlyThat() {
        api.configMap("ns", "a", "x");
        EventStream watch = api.watch(MAPS + "?watch=1&fieldSelector=metadata.name%3Da");
        api.configMap("ns", "b", "x");
        api.delete(MAPS + "/a", "");
        assertThat(texts(watch)).containsExactly("ADDED a", "DELETED a");
    }

    @Test
    void everyWatcherSeesTheSameOrder() {
        String from = revision(api.get(MAPS));
        List<EventStream> watches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            watches.add(api.watch(MAPS + "?watch=1&resourceVersion=" + from));
            api.configMap("ns", "m" + i, "x");
            api.mergePatch(MAPS + "/m" + i / 2, "{data: {i: \"" + i + "\"}}");
        }
        List<String> first = texts(watches.get(0));
        assertThat(first).hasSize(10);
        for (EventStream other : watches.subList(1, 5)) {
            assertThat(texts(other)).isEqualTo(first);
        }
    }

    @Test
    void initialEventsEndWithAMarkedBookmark() {
        api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "y");
        EventStream watch = api.watch(
                MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("ADDED", "ADDED", "BOOKMARK");
        JsonObject bookmark = events.get(2).object().tree();
        assertThat(bookmark.getString("kind")).isEqualTo("ConfigMap");
        assertThat(bookmark.getString("apiVersion")).isEqualTo("v1");
        assertThat(bookmark.getJsonObject("metadata").getJsonObject("annotations"))
                .hasToString("{\"k8s.io/initial-events-end\":\"true\"}");
        assertThat(revision(bookmark)).isEqualTo(revision(api.get(MAPS)));
        api.configMap("ns", "c", "x");
        assertThat(texts(watch)).containsExactly("ADDED c");
    }

    @Test
    void initialEventsOfNothingAreTheBookmarkAlone() {
        assertThat(texts(api.watch(MAPS + "?watch=1&sendInitialEvents=true&resourceVersion=0"
                        + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")))
                .containsExactly("BOOKMARK");
    }

    @Test
    void whoTakesNoBookmarksGetsNoneAtTheEndEither() {
        api.configMap("ns", "a", "x");
        assertThat(texts(api.watch(MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")))
                .containsExactly("ADDED a");
    }

    @Test
    void withoutInitialEventsAWatchFromZeroBeginsNow() {
        api.configMap("ns", "a", "x");
        EventStream watch = api.watch(
                MAPS + "?watch=1&resourceVersion=0&sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
        assertThat(texts(watch)).isEmpty();
        api.configMap("ns", "b", "x");
        assertThat(texts(watch)).containsExactly("ADDED b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        sendInitialEvents=true | resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
        sendInitialEvents=false | resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
        resourceVersionMatch=NotOlderThan | resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided
        """)
    void optionsThatMakeNoSenseAreInvalid(String query, String fault) {
        assertThatThrownBy(() -> api.watch(MAPS + "?watch=1&" + query))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessage("ListOptions.meta.k8s.io \"\" is invalid: " + fault);
        assertThat(api.openWatches()).isZero();
    }

    @Test
    void anExactMatchIsNotForWatches() {
        assertThatThrownBy(() -> api.watch(MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=Exact"))
                .hasMessageContaining("Unsupported value: \"Exact\": supported values: \"NotOlderThan\"");
    }

    @Test
    void bookmarksComeEveryMinuteAndCarryTheProgressOfTheStore() {
        String from = revision(api.get(MAPS));
        EventStream watch = api.watch(MAPS + "?watch=1&allowWatchBookmarks=true&resourceVersion=" + from);
        String elsewhere = api.configMap("other", "unwatched", "x");
        api.pass(Duration.ofSeconds(59));
        assertThat(texts(watch)).isEmpty();
        api.pass(Duration.ofSeconds(1));
        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("BOOKMARK");
        JsonObject bookmark = events.get(0).object().tree();
        assertThat(revision(bookmark)).isEqualTo(elsewhere);
        assertThat(bookmark.getJsonObject("metadata")).containsOnlyKeys("resourceVersion");
        api.pass(Duration.ofSeconds(120));
        assertThat(texts(watch)).containsExactly("BOOKMARK");
    }

    @Test
    void noBookmarkOvertakesAnEvent() {
        EventStream watch = api.watch(MAPS + "?watch=1&allowWatchBookmarks=true");
        String last = api.configMap("ns", "a", "x");
        api.pass(Duration.ofSeconds(60));
        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("ADDED", "BOOKMARK");
        assertThat(revision(events.get(1).object().tree())).isEqualTo(last);
    }

    @Test
    void aWatchEndsAtItsTimeWithALastBookmarkShortlyBefore() {
        EventStream watch = api.watch(MAPS + "?watch=1&timeoutSeconds=10&allowWatchBookmarks=true");
        AtomicInteger signals = new AtomicInteger();
        watch.onReady(signals::incrementAndGet);
        int before = signals.get();
        api.pass(Duration.ofSeconds(7));
        assertThat(texts(watch)).isEmpty();
        api.pass(Duration.ofSeconds(1));
        assertThat(texts(watch)).containsExactly("BOOKMARK");
        api.pass(Duration.ofSeconds(2));
        assertThat(texts(watch)).isEmpty();
        assertThat(watch.isClosed()).isTrue();
        assertThat(signals.get()).isGreaterThan(before);
        assertThat(api.openWatches()).isZero();
    }

    @Test
    void withoutATimeoutAWatchLastsThirtyToSixtyMinutes() {
        EventStream watch = api.watch(MAPS + "?watch=1");
        api.pass(Duration.ofMinutes(29));
        drain(watch);
        assertThat(watch.isClosed()).isFalse();
        api.pass(Duration.ofMinutes(31));
        drain(watch);
        assertThat(watch.isClosed()).isTrue();
    }

    @Test
    void whatWasQueuedBeforeTheEndIsStillSent() {
        EventStream watch = api.watch(MAPS + "?watch=1&timeoutSeconds=5");
        api.configMap("ns", "a", "x");
        api.pass(Duration.ofSeconds(5));
        assertThat(texts(watch)).containsExactly("ADDED a");
    }

    @Test
    void aRevisionThatHistoryNoLongerReachesIsToldInTheStream() {
        String old = api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        api.clock.move(Duration.ofMinutes(11));
        String now = api.configMap("ns", "c", "x");
        api.compact();

        EventStream watch = api.watch(MAPS + "?watch=1&resourceVersion=" + old);
        List<Event> events = drain(watch);
        assertThat(events).extracting(Event::type).containsExactly("ERROR");
        JsonObject status = events.get(0).object().tree();
        assertThat(status.getString("kind")).isEqualTo("Status");
        assertThat(status.getInt("code")).isEqualTo(410);
        assertThat(status.getString("reason")).isEqualTo("Expired");
        assertThat(status.getString("message")).startsWith("too old resource version: " + old + " (");
        assertThat(watch.isClosed()).isTrue();
        assertThat(texts(api.watch(MAPS + "?watch=1&resourceVersion=" + now))).isEmpty();
    }

    @Test
    void aClosedWatchIsForgotten() {
        EventStream watch = api.watch(MAPS + "?watch=1");
        assertThat(api.openWatches()).isEqualTo(1);
        watch.close();
        watch.close();
        api.configMap("ns", "a", "x");
        assertThat(watch.poll()).isNull();
        assertThat(watch.isClosed()).isTrue();
        assertThat(api.openWatches()).isZero();
    }

    @Test
    void aWatchThatTheStoreClosesSendsWhatIsQueuedAndEnds() {
        EventStream watch = api.watch(MAPS + "?watch=1");
        api.configMap("ns", "a", "x");
        api.close();
        assertThat(texts(watch)).containsExactly("ADDED a");
        assertThat(watch.isClosed()).isTrue();
        assertThat(api.openWatches()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"resourceVersion=abc", "timeoutSeconds=x", "labelSelector=%3D%3D", "fieldSelector=nope%3D1"})
    void whatCannotBeReadIsABadRequest(String query) {
        assertThatThrownBy(() -> api.watch(MAPS + "?watch=1&" + query))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }
}
