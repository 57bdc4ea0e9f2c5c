package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InformerTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final SharedInformers informers = new SharedInformers(api.client(timers), timers);
    private final List<String> heard = new ArrayList<>();

    @Test
    void tellsWhatIsThereAndThenEveryChangeInOrder() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        Informer<ConfigMap> informer = listen();
        assertThat(informer.hasSynced()).isFalse();
        timers.runDue();
        assertThat(informer.hasSynced()).isTrue();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b", "1"));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b", "2"));
        api.remove(ResourceTypes.CONFIG_MAPS, "ns", "a");
        timers.runDue();
        assertThat(heard).containsExactly("add a=1", "add b=1", "update b=1->2", "delete a");
        assertThat(informer.lister().list("ns")).hasSize(1);
        assertThat(informer.lister().list("other")).isEmpty();
        assertThat(informer.lister().get("ns", "a")).isEmpty();
    }

    @Test
    void readersDoNotWaitForAHandler() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        Informer<ConfigMap> informer = informers.informer(ResourceTypes.CONFIG_MAPS);
        List<Optional<ConfigMap>> seen = new ArrayList<>();
        informer.addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(ConfigMap added) {
                seen.add(CompletableFuture.supplyAsync(() -> informer.lister().get("ns", "a"))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join());
            }

            @Override
            public void onUpdate(ConfigMap old, ConfigMap now) {}

            @Override
            public void onDelete(ConfigMap last) {}
        });
        timers.runDue();
        assertThat(seen).singleElement().satisfies(found -> assertThat(found).isPresent());
    }

    @Test
    void tellsALateHandlerWhatIsKnownAlready() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        informers.informer(ResourceTypes.CONFIG_MAPS);
        timers.runDue();
        listen();
        assertThat(heard).containsExactly("add a=1");
    }

    @Test
    void listsAgainWhenHistoryIsGoneAndTellsOnlyTheDifference() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b", "1"));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("c", "1"));
        listen();
        timers.runDue();
        heard.clear();
        api.failWhen(request -> request.info().verb().equals("watch") ? ApiException.unavailable("starting") : null);
        api.compact();
        timers.advance(Duration.ofMillis(900));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "2"));
        api.remove(ResourceTypes.CONFIG_MAPS, "ns", "b");
        api.put(ResourceTypes.CONFIG_MAPS, configMap("d", "1"));
        api.compact();
        api.failWhen(request -> null);
        timers.advance(Duration.ofMinutes(1));
        assertThat(heard).containsExactly("delete b", "update a=1->2", "add d=1");
    }

    @Test
    void tellsAReplacedObjectAsDeletedAndAdded() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        listen();
        timers.runDue();
        heard.clear();
        api.failWhen(request -> request.info().verb().equals("watch") ? ApiException.expired("gone") : null);
        api.remove(ResourceTypes.CONFIG_MAPS, "ns", "a");
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "new"));
        api.compact();
        api.failWhen(request -> null);
        timers.advance(Duration.ofMinutes(1));
        // Events that were queued before the watch ended may tell it too; either way the order is the same.
        assertThat(heard).containsExactly("delete a", "add a=new");
    }

    @Test
    void retriesAListThatFails() {
        api.failWhen(request -> ApiException.unavailable("not yet"));
        Informer<ConfigMap> informer = listen();
        timers.advance(Duration.ofSeconds(20));
        assertThat(informer.hasSynced()).isFalse();
        api.failWhen(request -> null);
        timers.advance(Duration.ofMinutes(1));
        assertThat(informer.hasSynced()).isTrue();
    }

    @Test
    void goesOnFromTheLastVersionWhenTheWatchEnds() {
        listen();
        timers.runDue();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        timers.runDue();
        long lists = lists();
        api.compact();
        timers.advance(Duration.ofSeconds(5));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "2"));
        timers.runDue();
        assertThat(heard).containsExactly("add a=1", "update a=1->2");
        assertThat(lists()).isEqualTo(lists);
    }

    @Test
    void keepsIndexes() {
        Informer<ConfigMap> informer = informers.informer(ResourceTypes.CONFIG_MAPS);
        informer.addIndex("value", map -> List.of(map.getData().get("value")));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "red"));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b", "red"));
        timers.runDue();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "blue"));
        timers.runDue();
        assertThat(informer.lister().byIndex("value", "red")).hasSize(1);
        assertThat(informer.lister().byIndex("value", "blue")).hasSize(1);
        api.remove(ResourceTypes.CONFIG_MAPS, "ns", "b");
        timers.runDue();
        assertThat(informer.lister().byIndex("value", "red")).isEmpty();
    }

    @Test
    void isSharedByAllWhoAskForTheSame() {
        Informer<ConfigMap> one = informers.informer(ResourceTypes.CONFIG_MAPS);
        assertThat(informers.informer(ResourceTypes.CONFIG_MAPS)).isSameAs(one);
        assertThat(informers.informer(ResourceTypes.CONFIG_MAPS, "ns", ListOptions.ALL))
                .isNotSameAs(one);
    }

    @Test
    void hearsObjectsLeaveASelectorAsDeleted() {
        Informer<ConfigMap> chosen = informers.informer(ResourceTypes.CONFIG_MAPS, "", ListOptions.labels("app=x"));
        record(chosen);
        ConfigMap map = configMap("a", "1");
        map.getMetadata().setLabels(Map.of("app", "x"));
        api.put(ResourceTypes.CONFIG_MAPS, map);
        timers.runDue();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "2"));
        timers.runDue();
        assertThat(heard).containsExactly("add a=1", "delete a");
    }

    @Test
    void stopsWhenClosed() {
        listen();
        timers.runDue();
        informers.close();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a", "1"));
        timers.advance(Duration.ofMinutes(5));
        assertThat(heard).isEmpty();
    }

    private long lists() {
        return api.countWrites("list", "configmaps");
    }

    private Informer<ConfigMap> listen() {
        return record(informers.informer(ResourceTypes.CONFIG_MAPS));
    }

    private Informer<ConfigMap> record(Informer<ConfigMap> informer) {
        informer.addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(ConfigMap object) {
                heard.add("add " + name(object) + "=" + value(object));
            }

            @Override
            public void onUpdate(ConfigMap old, ConfigMap now) {
                heard.add("update " + name(now) + "=" + value(old) + "->" + value(now));
            }

            @Override
            public void onDelete(ConfigMap last) {
                heard.add("delete " + name(last));
            }
        });
        return informer;
    }

    private static String name(ConfigMap map) {
        return map.getMetadata().getName();
    }

    private static String value(ConfigMap map) {
        return String.valueOf(map.getData().get("value"));
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .endMetadata()
                .addToData("value", value)
                .build();
    }
}
