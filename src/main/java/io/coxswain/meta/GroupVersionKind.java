package io.coxswain.meta;

/** An object's type: API group ({@code ""} for the core group), version and kind, as in {@code apps/v1 Deployment}. */
public record GroupVersionKind(String group, String version, String kind) {

    /** Reads {@code apiVersion} ({@code "v1"} or {@code "apps/v1"}) and {@code kind} as they stand in an object. */
    public static GroupVersionKind of(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersionKind("", apiVersion, kind)
                : new GroupVersionKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    }

    /** The {@code apiVersion} field: {@code "v1"} or {@code "group/version"}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As upstream prints it in messages: {@code Deployment.apps} or {@code Pod}. */
    public String groupKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    @Override
    public String toString() {
        return group + "/" + version + ", Kind=" + kind;
    }
}
