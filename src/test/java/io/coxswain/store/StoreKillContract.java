package io.coxswain.store;

import static io.coxswain.store.StoreObjects.drain;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the midst of writing, three times on one database: what was acknowledged is there. */
abstract class StoreKillContract {
    @TempDir
    protected Path directory;

    /** The one database of the test, opened again. */
    protected abstract TestDatabase connect();

    /** The same for {@link KilledStore}. */
    protected abstract String name();

    @Test
    @Timeout(300)
    void nothingAcknowledgedIsLost() throws Exception {
        TreeMap<Long, String> acknowledged = new TreeMap<>();
        for (int round = 1; round <= 3; round++) {
            int before = acknowledged.size();
            writeAndKill(round, 300 + new Random(round).nextInt(700), acknowledged);
            assertThat(acknowledged.size()).isGreaterThan(before + 300);
            verify(acknowledged);
        }
    }

    private void writeAndKill(int seed, int writes, Map<Long, String> acknowledged) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledStore.class.getName(),
                        name(),
                        String.valueOf(seed))
                .redirectError(new File(directory.toFile(), "stderr-" + seed))
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            int read = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.endsWith(" .")) { // else it was cut off by the kill
                    String[] words = line.split(" ");
                    assertThat(acknowledged.put(Long.valueOf(words[0]), words[1] + " " + words[2]))
                            .as("revision %s was given out twice", words[0])
                            .isNull();
                }
                if (++read == writes) {
                    process.toHandle().destroyForcibly(); // leaves what was written before in the pipe
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    private void verify(TreeMap<Long, String> acknowledged) {
        try (TestDatabase database = connect()) {
            ManagedObjectStore store = database.store(StoreSettings.defaults(Set.of()), Clock.systemUTC());
            store.start();
            List<StoreEvent> events = drain(store.watch(new StoreWatch.Request("pods", null, null, 1, 1), () -> {}));
            Map<Long, String> found = new HashMap<>();
            Map<String, Long> state = new TreeMap<>();
            long last = 1;
            for (StoreEvent event : events) {
                assertThat(event.revision()).isEqualTo(last + 1);
                last = event.revision();
                String name = event.object().key().name();
                found.put(last, name + " " + StoreObjects.data(event.object()));
                if (event.type() == StoreEvent.Type.DELETED) {
                    state.remove(name);
                } else {
                    state.put(name, last);
                }
            }
            assertThat(found).containsAllEntriesOf(acknowledged);
            assertThat(store.revision()).isEqualTo(last);
            Map<String, Long> current = new TreeMap<>();
            store.snapshot("pods")
                    .iterate(null, null)
                    .forEachRemaining(object -> current.put(object.key().name(), object.revision()));
            assertThat(current).isEqualTo(state);
            store.stop();
        }
    }
}
