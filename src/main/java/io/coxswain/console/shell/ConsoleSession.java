package io.coxswain.console.shell;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a page works with: the API as the signed-in user, what that user may do, texts in the user's language, and notices
 * to tell the outcome. Lives for one request; pages hold CDI's proxy of it. {@link SessionBeans} makes it.
 */
public class ConsoleSession {
    private final UserInfo user;
    private final ApiClient client;
    private final Permissions permissions;
    private final VisibleNamespaces namespaces;
    private final Texts texts;
    private final Notices notices;
    private final Clock clock;
    private final Map<String, String> parameters;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ConsoleSession() {
        this(null, null, null, null, null, null, Map.of());
    }

    /** @param namespaces asked when the user may not list all; @param parameters of the request's query */
    @SuppressWarnings("NullAway") // see the constructor above
    public ConsoleSession(
            UserInfo user,
            ApiClient client,
            VisibleNamespaces namespaces,
            Texts texts,
            Notices notices,
            Clock clock,
            Map<String, String> parameters) {
        this.user = user;
        this.client = client;
        this.permissions = new Permissions(client, texts);
        this.namespaces = namespaces;
        this.texts = texts;
        this.notices = notices;
        this.clock = clock;
        this.parameters = Map.copyOf(parameters);
    }

    public UserInfo user() {
        return user;
    }

    public ApiClient client() {
        return client;
    }

    public ResourceClient<JsonObject> resource(ResourceType<JsonObject> type) {
        return client.resource(type);
    }

    public Permissions permissions() {
        return permissions;
    }

    public Texts texts() {
        return texts;
    }

    public String text(String key, Object... arguments) {
        return texts.of(key, arguments);
    }

    public Notices notices() {
        return notices;
    }

    public Clock clock() {
        return clock;
    }

    /** A query parameter; {@code ""} if absent. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** The time since an API timestamp, as kubectl writes it. */
    public String age(String timestamp) {
        return HumanDuration.since(timestamp, clock.instant());
    }

    /** Names of the namespaces that the user may look into, in order. */
    public List<String> namespaces() {
        return namespaces.of(user, client, permissions);
    }

    /**
     * Objects that the user may list: of one namespace, or for {@code ""} of all. A user without rights in the whole cluster
     * gets what the namespaces have in which the right was given, never an error about the whole cluster.
     */
    public List<ObjectView> list(ResourceType<JsonObject> type, String namespace) {
        return list(type, namespace, ListOptions.ALL);
    }

    public List<ObjectView> list(ResourceType<JsonObject> type, String namespace, ListOptions options) {
        if (!namespace.isEmpty()
                || !type.namespaced()
                || permissions.may("list", type, "").allowed()) {
            return views(type, namespace, options);
        }
        List<ObjectView> all = new ArrayList<>();
        for (String each : namespaces()) {
            if (permissions.may("list", type, each).allowed()) {
                all.addAll(views(type, each, options));
            }
        }
        return all;
    }

    private List<ObjectView> views(ResourceType<JsonObject> type, String namespace, ListOptions options) {
        return client.resource(type).list(namespace, options).items().stream()
                .map(ObjectView::new)
                .toList();
    }
}
