package io.coxswain.apiserver.flowcontrol;

/**
 * A request's place: it runs, it waits, or it has been turned away. Whoever got one that runs must call {@link #finish}.
 * Thread-safe.
 */
public final class Ticket {
    /** What may become of a request. */
    public enum State {
        WAITING,
        RUNNING,
        REJECTED,
        FINISHED
    }

    private final FlowController controller;
    private final FlowSchema schema;
    final LevelState level;
    final int queue;
    final long arrived = System.nanoTime();
    private State state = State.WAITING;
    private Runnable decided = () -> {};

    Ticket(FlowController controller, FlowSchema schema, LevelState level, int queue) {
        this.controller = controller;
        this.schema = schema;
        this.level = level;
        this.queue = queue;
    }

    public FlowSchema schema() {
        return schema;
    }

    public PriorityLevel level() {
        return level.config();
    }

    public synchronized State state() {
        return state;
    }

    /** Runs the task once the request waits no longer; at once if it does not wait now. It must hand off and not block. */
    public void whenDecided(Runnable task) {
        synchronized (this) {
            if (state == State.WAITING) {
                decided = task;
                return;
            }
        }
        task.run();
    }

    /** Waits no longer; a request that runs already goes on. */
    public void giveUp() {
        controller.giveUp(this);
    }

    /** The request is done, or its stream has begun. Harmless when called again. */
    public void finish() {
        controller.finish(this);
    }

    /** Changes the state; whether it was in the state expected. */
    synchronized boolean move(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    synchronized Runnable decided() {
        return decided;
    }
}
