package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.GroupVersionResource;
import java.util.List;
import java.util.Locale;

/** All names of a kind, as discovery shows them. */
public record ResourceNames(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories) {
    public ResourceNames {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
    }

    public static ResourceNames of(String group, String version, String kind, String plural) {
        return new ResourceNames(group, version, kind, plural, kind.toLowerCase(Locale.ROOT), List.of(), List.of());
    }

    public ResourceNames shortNames(String... names) {
        return new ResourceNames(group, version, kind, plural, singular, List.of(names), categories);
    }

    public ResourceNames categories(String... names) {
        return new ResourceNames(group, version, kind, plural, singular, shortNames, List.of(names));
    }

    public GroupVersionKind gvk() {
        return new GroupVersionKind(group, version, kind);
    }

    public GroupVersionResource gvr() {
        return new GroupVersionResource(group, version, plural);
    }

    public GroupResource groupResource() {
        return new GroupResource(group, plural);
    }

    public String listKind() {
        return kind + "List";
    }
}
