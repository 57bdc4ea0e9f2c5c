package io.coxswain.network.allocator;

import io.coxswain.client.ApiClient;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Informers that are never behind: each look asks the server. */
record LiveInformers(Supplier<ApiClient> client) implements Informers {
    @Override
    public <T> Informer<T> informer(ResourceType<T> type, String namespace, ListOptions options) {
        return new Live<>(this, type, new HashMap<>());
    }

    private record Live<T>(
            LiveInformers informers, ResourceType<T> type, Map<String, Function<T, Collection<String>>> indexes)
            implements Informer<T>, Lister<T> {
        @Override
        public Lister<T> lister() {
            return this;
        }

        @Override
        public void addHandler(Handler<T> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void addIndex(String name, Function<T, Collection<String>> values) {
            indexes.put(name, values);
        }

        @Override
        public boolean hasSynced() {
            return true;
        }

        @Override
        public Optional<T> get(String namespace, String name) {
            return informers.client().get().resource(type).find(namespace, name);
        }

        @Override
        public List<T> list(String namespace) {
            return informers
                    .client()
                    .get()
                    .resource(type)
                    .list(namespace, ListOptions.ALL)
                    .items();
        }

        @Override
        public List<T> byIndex(String index, String value) {
            return list("").stream()
                    .filter(object -> indexes.get(index).apply(object).contains(value))
                    .toList();
        }
    }
}
