package io.coxswain.apiserver.request;

import java.util.List;
import java.util.Map;

/** An authenticated user, as upstream's {@code user.Info}: names and groups are what RBAC subjects refer to. */
public record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String ANONYMOUS_NAME = "system:anonymous";
    public static final String GROUP_AUTHENTICATED = "system:authenticated";
    public static final String GROUP_UNAUTHENTICATED = "system:unauthenticated";
    public static final String GROUP_MASTERS = "system:masters";
    public static final String GROUP_NODES = "system:nodes";
    public static final UserInfo ANONYMOUS = new UserInfo(ANONYMOUS_NAME, "", List.of(GROUP_UNAUTHENTICATED), Map.of());
    /** The server itself: for what it has to read or change in answer to a request, whatever the user may do. */
    public static final UserInfo API_SERVER = of("system:apiserver", GROUP_MASTERS, GROUP_AUTHENTICATED);

    public UserInfo {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** A user with a name and groups only. */
    public static UserInfo of(String name, String... groups) {
        return new UserInfo(name, "", List.of(groups), Map.of());
    }

    /** The identity of one of our own loops: {@code system:serviceaccount:kube-system:<name>} with its groups. */
    public static UserInfo serviceAccount(String namespace, String name) {
        return of(
                "system:serviceaccount:" + namespace + ":" + name,
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace,
                GROUP_AUTHENTICATED);
    }
}
