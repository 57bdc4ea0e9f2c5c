package io.coxswain.meta.schema;

import io.coxswain.meta.GroupVersionKind;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The types by name and by kind. Immutable. {@link #builtIn()} holds Kubernetes' own types, read once. */
public final class SchemaCatalog {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private final Map<String, TypeSchema> byName;
    private final Map<GroupVersionKind, TypeSchema> byKind = new HashMap<>();

    private static final class BuiltIn {
        private static final SchemaCatalog CATALOG = new SchemaCatalog(SchemaTable.read("kubernetes-1.34.txt"));
    }

    /** A catalog of the types given; the types they refer to need not be listed. */
    public SchemaCatalog(Collection<TypeSchema> types) {
        Map<String, TypeSchema> names = new LinkedHashMap<>();
        for (TypeSchema type : types) {
            names.put(type.name(), type);
            for (GroupVersionKind kind : type.kinds()) {
                if (byKind.put(kind, type) != null) {
                    throw new IllegalArgumentException("two types of the kind " + kind);
                }
            }
        }
        byName = Collections.unmodifiableMap(names);
    }

    /** Kubernetes 1.34's generally available types. */
    public static SchemaCatalog builtIn() {
        return BuiltIn.CATALOG;
    }

    public Optional<TypeSchema> byName(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The type of a kind's objects. {@code DeleteOptions}, {@code Status} and their like exist in every group. */
    public Optional<TypeSchema> byKind(GroupVersionKind kind) {
        TypeSchema type = byKind.get(kind);
        if (type == null) {
            type = byKind.get(new GroupVersionKind("", "v1", kind.kind()));
            return type != null && type.name().startsWith(META) ? Optional.of(type) : Optional.empty();
        }
        return Optional.of(type);
    }

    /** {@code metav1.ObjectMeta}, the type of every object's {@code metadata}. */
    public TypeSchema objectMeta() {
        return required("ObjectMeta");
    }

    /** {@code metav1.ListMeta}, the type of every list's {@code metadata}. */
    public TypeSchema listMeta() {
        return required("ListMeta");
    }

    /** Every type by its name, in the order of the source; unmodifiable. */
    public Map<String, TypeSchema> types() {
        return byName;
    }

    private TypeSchema required(String metaType) {
        TypeSchema type = byName.get(META + metaType);
        if (type == null) {
            throw new IllegalStateException("the catalog lacks " + META + metaType);
        }
        return type;
    }
}
