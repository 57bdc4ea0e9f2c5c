package io.coxswain.meta;

/** A resource without its version; prints as upstream does: {@code pods}, {@code deployments.apps}. */
public record GroupResource(String group, String resource) implements Comparable<GroupResource> {

    /** Parses {@code "pods"} or {@code "deployments.apps"}. */
    public static GroupResource parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new GroupResource("", text)
                : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
    }

    @Override
    public int compareTo(GroupResource other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : resource.compareTo(other.resource);
    }

    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
