package io.coxswain.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.meta.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many writers of one object. */
class RaceTest {
    private static final String MAPS = "/api/v1/namespaces/ns/configmaps";
    private static final int WRITERS = 8;
    private static final int TURNS = 8;

    private final ApiInMemory api = new ApiInMemory(List.of(new ConfigMapKind()), List.of());
    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

    @AfterEach
    void close() throws InterruptedException {
        writers.shutdownNow();
        assertThat(writers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        api.close();
    }

    @Test
    void patchesThatNameNoVersionAllSucceed() throws Exception {
        api.configMap("ns", "a", "x");
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            running.add(writers.submit(() -> {
                for (int turn = 0; turn < TURNS; turn++) {
                    api.mergePatch(MAPS + "/a", "{data: {k" + writer + "-" + turn + ": '1'}}");
                }
            }));
        }
        for (Future<?> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(api.get(MAPS + "/a").getJsonObject("data")).hasSize(WRITERS * TURNS);
    }

    @Test
    void aPatchThatNamesAnOldVersionIsRefused() {
        String old = api.configMap("ns", "a", "x");
        api.mergePatch(MAPS + "/a", "{data: {k: '1'}}");
        assertThatThrownBy(() ->
                        api.mergePatch(MAPS + "/a", "{metadata: {resourceVersion: '" + old + "'}, data: {k: '2'}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(409));
    }
}
