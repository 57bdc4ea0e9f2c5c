package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.flowcontrol.FlowController;
import io.coxswain.apiserver.flowcontrol.Ticket;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds requests back until flow control lets them run. One that waits holds no thread: it is dispatched again. Thread-safe. */
@ApplicationScoped
public class FlowGate {
    private static final System.Logger LOG = System.getLogger(FlowGate.class.getName());
    private static final String TICKET = "io.coxswain.flow-ticket";
    /** Streams other than watches are not counted, as upstream. */
    private static final Set<String> UNCOUNTED = Set.of("log", "exec", "attach", "portforward", "proxy");

    private FlowController controller;
    private ScheduledExecutorService timer;
    private Duration limit;

    @SuppressWarnings("NullAway.Init")
    protected FlowGate() {}

    @Inject
    public FlowGate(FlowController controller, ScheduledExecutorService timer, ApiServerConfig config) {
        this.controller = controller;
        this.timer = timer;
        this.limit = config.requestTimeout().dividedBy(4);
    }

    /** The ticket of a request that was dispatched again; {@code null} if it comes for the first time. */
    static @Nullable Ticket ticket(HttpServletRequest http) {
        return http.getAttribute(TICKET) instanceof Ticket ticket ? ticket : null;
    }

    /** Asks for a place; the ticket may run, wait or have been refused. */
    Ticket enter(HttpServletRequest http, HttpServletResponse out, UserInfo user, RequestInfo info) {
        Ticket ticket = controller.request(user, info);
        http.setAttribute(TICKET, ticket);
        out.setHeader("X-Kubernetes-PF-FlowSchema-UID", ticket.schema().uid());
        out.setHeader("X-Kubernetes-PF-PriorityLevel-UID", ticket.level().uid());
        return ticket;
    }

    /** Whether flow control has a say in the request. */
    static boolean counts(RequestInfo info) {
        return !UNCOUNTED.contains(info.subresource());
    }

    /** @throws ApiException 429 if the ticket was refused */
    static void requireAdmitted(Ticket ticket) {
        if (ticket.state() != Ticket.State.RUNNING) {
            throw ApiException.tooManyRequests("Too many requests, please try again later.", 1);
        }
    }

    /** Lets go of the thread until the ticket is decided. */
    void await(Ticket ticket, HttpServletRequest http, HttpServletResponse out, Executor threads) {
        AsyncContext context = http.startAsync(http, out);
        context.setTimeout(0);
        context.addListener(new Departure(ticket));
        ScheduledFuture<?> deadline = timer.schedule(ticket::giveUp, limit.toMillis(), TimeUnit.MILLISECONDS);
        ticket.whenDecided(() -> {
            deadline.cancel(false);
            try {
                threads.execute(() -> resume(context, ticket));
            } catch (RuntimeException stopping) {
                LOG.log(System.Logger.Level.DEBUG, "the server is stopping; a waiting request ends", stopping);
                ticket.finish();
            }
        });
    }

    private static void resume(AsyncContext context, Ticket ticket) {
        try {
            context.dispatch();
        } catch (IllegalStateException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a waiting request's client is gone", gone);
            ticket.finish();
        }
    }

    /** A client that leaves while it waits must not keep its place. */
    private record Departure(Ticket ticket) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            ticket.giveUp();
            ticket.finish();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            ticket.giveUp();
        }

        @Override
        public void onError(AsyncEvent event) {
            ticket.giveUp();
            ticket.finish();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // A stream begins: it takes no place any more, and nothing is left to listen for.
        }
    }
}
