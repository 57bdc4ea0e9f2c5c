package io.coxswain.client;

import java.util.List;
import java.util.Optional;

/** Reads an informer's cache; never blocks. Results are shared: do not change them. */
public interface Lister<T> {
    Optional<T> get(String namespace, String name);

    /** All objects of a namespace; of all namespaces for {@code ""}. */
    List<T> list(String namespace);

    /** Objects whose index value is {@code value}; the index was declared with {@link Informer#addIndex}. */
    List<T> byIndex(String index, String value);
}
