package io.coxswain.meta;

/** A served resource, such as {@code apps/v1 deployments}. The group is {@code ""} for the core group. */
public record GroupVersionResource(String group, String version, String resource) {

    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    public String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The root of the resource's paths: {@code /api/v1} or {@code /apis/group/version}. */
    public String pathPrefix() {
        return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    }

    /** As upstream prints it, with a slash even before the core group's version. */
    @Override
    public String toString() {
        return group + "/" + version + ", Resource=" + resource;
    }
}
