package io.coxswain.console.shell;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ListOptions;
import io.coxswain.meta.ObjectView;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which namespaces a user may look into. Kubernetes has no list that is filtered by rights, so who may not list all
 * namespaces would see none: for such a user each namespace's name is tried with an access review, and the outcome is
 * kept for some seconds. Only names of permitted namespaces leave this class. Thread-safe.
 */
public final class VisibleNamespaces {
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Supplier<List<String>> all;
    private final Cache<UserInfo, List<String>> known;

    /** @param all the names of every namespace, read with the server's own rights */
    public VisibleNamespaces(Supplier<List<String>> all, Ticker ticker) {
        this.all = all;
        this.known = Caffeine.newBuilder()
                .ticker(ticker)
                .maximumSize(500)
                .expireAfterWrite(KEPT)
                .build();
    }

    List<String> of(UserInfo user, ApiClient client, Permissions permissions) {
        if (permissions.may("list", Resources.NAMESPACES, "").allowed()) {
            return client.resource(Resources.NAMESPACES).list("", ListOptions.ALL).items().stream()
                    .map(namespace -> new ObjectView(namespace).name())
                    .sorted()
                    .toList();
        }
        List<String> kept = known.getIfPresent(user);
        if (kept != null) {
            return kept;
        }
        List<String> visible = all.get().stream()
                .filter(name -> isVisible(permissions, name))
                .sorted()
                .toList();
        known.put(user, visible);
        return visible;
    }

    private static boolean isVisible(Permissions permissions, String name) {
        // A role inside the namespace seldom names the namespace itself; pods are in every role that shows anything.
        return permissions.may("get", Resources.NAMESPACES, "", name, name).allowed()
                || permissions.may("list", Resources.PODS, name).allowed()
                || permissions.may("list", Resources.DEPLOYMENTS, name).allowed();
    }
}
