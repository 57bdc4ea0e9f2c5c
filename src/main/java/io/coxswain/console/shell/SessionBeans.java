package io.coxswain.console.shell;

import com.github.benmanes.caffeine.cache.Ticker;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Makes the session of a request from the user whom {@link ConsoleFilter} has recognised. */
@ApplicationScoped
public class SessionBeans {
    /** Shows in the audit log which requests came from the console. */
    static final String USER_AGENT = "coxswain-console";

    private final ApiClients clients;
    private final Clock clock;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected SessionBeans() {
        this.clients = null;
        this.clock = null;
    }

    @Inject
    public SessionBeans(ApiClients clients, Clock clock) {
        this.clients = clients;
        this.clock = clock;
    }

    @Produces
    @Singleton
    VisibleNamespaces visibleNamespaces(Informers informers) {
        return new VisibleNamespaces(
                () -> informers.informer(ResourceTypes.NAMESPACES).lister().list("").stream()
                        .map(namespace -> namespace.getMetadata().getName())
                        .toList(),
                Ticker.systemTicker());
    }

    @Produces
    @RequestScoped
    ConsoleSession session(HttpServletRequest request, VisibleNamespaces namespaces, Language language) {
        // Pages that need no sign-in (sign-in itself, errors) have a session, too: as nobody.
        UserInfo user = request.getAttribute(ConsoleFilter.USER) instanceof UserInfo found ? found : UserInfo.ANONYMOUS;
        Map<String, String> parameters = new HashMap<>();
        request.getParameterMap().forEach((name, values) -> parameters.put(name, values[0]));
        return new ConsoleSession(
                user,
                clients.as(user, USER_AGENT),
                namespaces,
                new Texts(language.getCurrent()),
                new FacesNotices(),
                clock,
                parameters);
    }
}
