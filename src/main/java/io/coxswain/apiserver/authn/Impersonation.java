package io.coxswain.apiserver.authn;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code kubectl --as}: lets a user act as another if the verb {@code impersonate} is allowed for each part of the other's identity. Thread-safe. */
@ApplicationScoped
public class Impersonation {
    private static final String USER = "impersonate-user";
    private static final String GROUP = "impersonate-group";
    private static final String UID = "impersonate-uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    protected Impersonation() {
        this(new AuthorizerChain(List.of()));
    }

    @Inject
    public Impersonation(AuthorizerChain authorizers) {
        this.authorizers = authorizers;
    }

    /**
     * The user as whom the request runs; the asking user if no impersonation header came.
     *
     * @param headers all request headers by lower-case name
     * @throws ApiException 403 if a part of the identity may not be taken, 400 if a group comes without a user
     */
    public UserInfo apply(UserInfo user, Map<String, List<String>> headers) {
        String name = first(headers, USER);
        List<String> groups = headers.getOrDefault(GROUP, List.of());
        String uid = first(headers, UID);
        Map<String, List<String>> extra = extra(headers);
        if (name.isEmpty()) {
            if (groups.isEmpty() && uid.isEmpty() && extra.isEmpty()) {
                return user;
            }
            throw ApiException.badRequest("requested groups, uid or extra without impersonating a user");
        }
        List<String> allGroups = new ArrayList<>(groups);
        if (name.startsWith(SERVICE_ACCOUNT_PREFIX) && name.split(":", -1).length == 4) {
            String[] parts = name.split(":", -1);
            check(user, "", "serviceaccounts", "", parts[2], parts[3]);
            if (groups.isEmpty()) {
                allGroups.add("system:serviceaccounts");
                allGroups.add("system:serviceaccounts:" + parts[2]);
            }
        } else {
            check(user, "", "users", "", "", name);
        }
        groups.forEach(group -> check(user, "", "groups", "", "", group));
        if (!uid.isEmpty()) {
            check(user, "authentication.k8s.io", "uids", "", "", uid);
        }
        extra.forEach((key, values) ->
                values.forEach(value -> check(user, "authentication.k8s.io", "userextras", key, "", value)));
        String always =
                name.equals(UserInfo.ANONYMOUS_NAME) ? UserInfo.GROUP_UNAUTHENTICATED : UserInfo.GROUP_AUTHENTICATED;
        if (!allGroups.contains(always)) {
            allGroups.add(always);
        }
        return new UserInfo(name, uid, allGroups, extra);
    }

    private void check(
            UserInfo user, String group, String resource, String subresource, String namespace, String name) {
        authorizers.require(new Attributes(
                user,
                new RequestInfo(true, "impersonate", "", group, "v1", namespace, resource, subresource, name),
                ""));
    }

    private static String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static Map<String, List<String>> extra(Map<String, List<String>> headers) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                extra.put(decode(lower.substring(EXTRA.length())), List.copyOf(values));
            }
        });
        return extra;
    }

    private static String decode(String key) {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return key;
        }
    }
}
