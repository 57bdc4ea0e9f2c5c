package io.coxswain.apiserver.flowcontrol;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests run. Every request belongs to a level by its {@link FlowSchema}; a level has seats by its shares,
 * borrows those that other levels lend and do not need, and keeps the requests beyond in {@link FairQueues}. A waiting request holds
 * no thread. Thread-safe; tasks of tickets run outside the lock.
 */
public final class FlowController {
    private final FlowStatistics statistics;
    private final int totalSeats;
    private final Map<String, LevelState> levels = new LinkedHashMap<>();
    private List<FlowSchema> schemas = List.of();

    /** @param totalSeats requests that may run at once, those of exempt levels not counted */
    public FlowController(int totalSeats, FlowStatistics statistics) {
        this.totalSeats = totalSeats;
        this.statistics = statistics;
    }

    /**
     * Takes new settings. Requests that run or wait keep their places where their level still has them; a level that is gone
     * serves those it has. Schemas that name no level are ignored.
     */
    public void configure(Collection<FlowSchema> newSchemas, Collection<PriorityLevel> newLevels) {
        List<Ticket> runnable = new ArrayList<>();
        synchronized (this) {
            for (PriorityLevel level : newLevels) {
                LevelState known = levels.get(level.name());
                if (known == null) {
                    levels.put(level.name(), new LevelState(level));
                } else {
                    FairQueues old = known.configure(level);
                    if (old != known.queues()) {
                        // Their queues are gone: they are few, and have waited longest.
                        drain(old, known, runnable);
                    }
                }
            }
            List<String> names = newLevels.stream().map(PriorityLevel::name).toList();
            for (LevelState gone : levels.values()) {
                if (!names.contains(gone.config().name())) {
                    drain(gone.queues(), gone, runnable);
                }
            }
            levels.keySet().retainAll(names);
            double shares = Math.max(
                    1, newLevels.stream().mapToInt(PriorityLevel::shares).sum());
            levels.values()
                    .forEach(level -> level.seats(
                            (int) Math.ceil(totalSeats * level.config().shares() / shares)));
            schemas = newSchemas.stream()
                    .filter(schema -> names.contains(schema.level()))
                    .sorted(Comparator.comparingInt(FlowSchema::precedence).thenComparing(FlowSchema::name))
                    .toList();
            dispatch(runnable);
        }
        runnable.forEach(ticket -> ticket.decided().run());
    }

    private void drain(FairQueues queues, LevelState level, List<Ticket> runnable) {
        for (Ticket ticket = queues.next(); ticket != null; ticket = queues.next()) {
            if (ticket.move(Ticket.State.WAITING, Ticket.State.RUNNING)) {
                level.executing++;
                runnable.add(ticket);
            }
        }
    }

    /** A request has come. The ticket says whether it runs, waits or is turned away. */
    public Ticket request(UserInfo user, RequestInfo info) {
        Ticket ticket;
        synchronized (this) {
            FlowSchema schema = classify(user, info);
            LevelState level = schema == null ? null : levels.get(schema.level());
            if (schema == null || level == null) {
                throw new IllegalStateException("no flow schema takes the request; catch-all is missing");
            }
            ticket = admit(schema, level, user, info);
        }
        return ticket;
    }

    private @Nullable FlowSchema classify(UserInfo user, RequestInfo info) {
        for (FlowSchema schema : schemas) {
            if (schema.matches(user, info)) {
                return schema;
            }
        }
        // Nobody may be left out because somebody deleted the last schema.
        return schemas.isEmpty() ? null : schemas.get(schemas.size() - 1);
    }

    private Ticket admit(FlowSchema schema, LevelState level, UserInfo user, RequestInfo info) {
        PriorityLevel config = level.config();
        boolean queueing = !config.exempt() && config.queues() > 0;
        int queue = queueing ? level.queues().choose(schema.name(), schema.flow(user, info)) : 0;
        Ticket ticket = new Ticket(this, schema, level, queue);
        if (config.exempt() || (level.queues().waiting() == 0 && hasSeat(level))) {
            ticket.move(Ticket.State.WAITING, Ticket.State.RUNNING);
            level.executing++;
            if (queueing) {
                level.queues().started(queue);
            }
            statistics.dispatched(ticket);
        } else if (!queueing) {
            reject(ticket, "concurrency-limit");
        } else if (!level.queues().add(ticket, queue)) {
            reject(ticket, "queue-full");
        }
        return ticket;
    }

    private void reject(Ticket ticket, String reason) {
        ticket.move(Ticket.State.WAITING, Ticket.State.REJECTED);
        statistics.rejected(ticket, reason);
    }

    /** Whether the level has a seat of its own or can borrow one. */
    private boolean hasSeat(LevelState level) {
        if (level.executing < level.seats()) {
            return true;
        }
        if (level.borrowed() >= level.borrowingLimit()) {
            return false;
        }
        int lent = 0;
        int lendable = 0;
        for (LevelState other : levels.values()) {
            if (!other.config().exempt()) {
                lent += other.borrowed();
                lendable += other == level ? 0 : other.lendable();
            }
        }
        return lent < lendable;
    }

    private void dispatch(List<Ticket> runnable) {
        for (LevelState level : levels.values()) {
            while (level.queues().waiting() > 0 && hasSeat(level)) {
                Ticket ticket = level.queues().next();
                if (ticket == null) {
                    break;
                }
                if (ticket.move(Ticket.State.WAITING, Ticket.State.RUNNING)) {
                    level.executing++;
                    statistics.dispatched(ticket);
                    runnable.add(ticket);
                }
            }
        }
    }

    void finish(Ticket ticket) {
        List<Ticket> runnable = new ArrayList<>();
        synchronized (this) {
            if (!ticket.move(Ticket.State.RUNNING, Ticket.State.FINISHED)) {
                return;
            }
            ticket.level.executing--;
            ticket.level.queues().finished(ticket.queue);
            dispatch(runnable);
        }
        runnable.forEach(next -> next.decided().run());
    }

    void giveUp(Ticket ticket) {
        synchronized (this) {
            if (!ticket.move(Ticket.State.WAITING, Ticket.State.REJECTED)) {
                return;
            }
            ticket.level.queues().remove(ticket, ticket.queue);
            statistics.rejected(ticket, "time-out");
        }
        ticket.decided().run();
    }

    /** A level as it is now. */
    public record LevelUse(String name, int seats, int executing, int waiting) {}

    /** Every level as it is now. */
    public synchronized List<LevelUse> use() {
        return levels.values().stream()
                .map(level -> new LevelUse(
                        level.config().name(),
                        level.seats(),
                        level.executing,
                        level.queues().waiting()))
                .toList();
    }
}
