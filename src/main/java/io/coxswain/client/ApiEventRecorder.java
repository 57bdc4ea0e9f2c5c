package io.coxswain.client;

import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import jakarta.json.spi.JsonProvider;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Writes Events one after another on the executor. At most 1000 wait; what comes above that is dropped, as upstream does. */
public final class ApiEventRecorder implements EventRecorder {
    private static final JsonProvider JSON = JsonProvider.provider();

    private static final System.Logger LOG = System.getLogger(ApiEventRecorder.class.getName());
    private static final int MAX_WAITING = 1000;

    private final ResourceClient<Event> events;
    private final String component;
    private final String host;
    private final Executor executor;
    private final Clock clock;
    private final EventCorrelator correlator;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private boolean writing;

    /** @param host the node the component runs on; {@code ""} for those of the control plane */
    public ApiEventRecorder(ApiClient client, String component, String host, Executor executor, Clock clock) {
        this.events = client.resource(ResourceTypes.EVENTS);
        this.component = component;
        this.host = host;
        this.executor = executor;
        this.clock = clock;
        this.correlator = new EventCorrelator(clock);
    }

    private record Pending(ObjectReference about, String type, String reason, String message, Instant at) {}

    @Override
    public void event(HasMetadata about, String type, String reason, String message) {
        event(reference(about), type, reason, message);
    }

    /** A reference to a whole object. */
    public static ObjectReference reference(HasMetadata object) {
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .withResourceVersion(object.getMetadata().getResourceVersion())
                .build();
    }

    @Override
    public void event(ObjectReference about, String type, String reason, String message) {
        Pending pending = new Pending(about, type, reason, message, clock.instant());
        synchronized (this) {
            if (waiting.size() >= MAX_WAITING) {
                LOG.log(Level.DEBUG, () -> "event=event-dropped reason=" + reason);
                return;
            }
            waiting.add(pending);
            if (writing) {
                return;
            }
            writing = true;
        }
        try {
            executor.execute(this::writeAll);
        } catch (RejectedExecutionException shuttingDown) {
            LOG.log(Level.DEBUG, "event=event-executor-gone", shuttingDown);
        }
    }

    private void writeAll() {
        while (true) {
            Pending next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    writing = false;
                    return;
                }
            }
            try {
                write(next);
            } catch (RuntimeException e) {
                // An event that cannot be written (its namespace is going, above all) is lost; that is all an event is
                // worth.
                LOG.log(Level.DEBUG, () -> "event=event-not-written reason=" + next.reason() + " error=" + e);
            }
        }
    }

    private void write(Pending event) {
        EventCorrelator.Similar similar =
                new EventCorrelator.Similar(object(event.about()), event.type(), event.reason());
        Optional<EventCorrelator.Decision> decision = correlator.decide(similar, event.message());
        if (decision.isEmpty()) {
            return;
        }
        String message = decision.get().message();
        EventCorrelator.Seen known = decision.get().known().orElse(null);
        if (known != null && countUp(event, message, known)) {
            correlator.written(
                    similar, message, new EventCorrelator.Seen(known.name(), known.count() + 1, known.first()));
        } else {
            String name = create(event, message);
            correlator.written(similar, message, new EventCorrelator.Seen(name, 1, event.at()));
        }
    }

    /** False if the stored event has expired in the meantime. */
    private boolean countUp(Pending event, String message, EventCorrelator.Seen known) {
        try {
            events.patch(
                    namespace(event.about()),
                    known.name(),
                    PatchType.STRATEGIC,
                    JSON.createObjectBuilder()
                            .add("count", known.count() + 1)
                            .add("lastTimestamp", seconds(event.at()))
                            .add("message", message)
                            .build(),
                    "",
                    WriteOptions.DEFAULT);
            return true;
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return false;
            }
            throw e;
        }
    }

    private String create(Pending event, String message) {
        Instant at = event.at();
        String name =
                event.about().getName() + "." + Long.toHexString(at.getEpochSecond() * 1_000_000_000L + at.getNano());
        Event created = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace(event.about()))
                .endMetadata()
                .withInvolvedObject(event.about())
                .withReason(event.reason())
                .withMessage(message)
                .withType(event.type())
                .withCount(1)
                .withFirstTimestamp(seconds(at))
                .withLastTimestamp(seconds(at))
                .withNewSource()
                .withComponent(component)
                .withHost(host.isEmpty() ? null : host)
                .endSource()
                .withReportingComponent(component)
                .withReportingInstance(host)
                .build();
        try {
            events.create(created);
            return name;
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            // Two events about one object in one tick of the clock.
            String other = name + Integer.toHexString(message.hashCode() & 0xffff);
            created.getMetadata().setName(other);
            events.create(created);
            return other;
        }
    }

    private static String object(ObjectReference about) {
        return String.join(
                "/",
                orEmpty(about.getKind()),
                orEmpty(about.getNamespace()),
                orEmpty(about.getName()),
                orEmpty(about.getUid()),
                orEmpty(about.getFieldPath()));
    }

    private static String namespace(ObjectReference about) {
        String namespace = orEmpty(about.getNamespace());
        return namespace.isEmpty() ? "default" : namespace;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
