package io.coxswain.apiserver.flowcontrol;

/** What goes on in a level. Guarded by the controller's lock; lives on when the level's settings change. */
final class LevelState {
    private PriorityLevel config;
    private FairQueues queues;
    private int seats;
    int executing;

    LevelState(PriorityLevel config) {
        this.config = config;
        this.queues = new FairQueues(config);
    }

    PriorityLevel config() {
        return config;
    }

    FairQueues queues() {
        return queues;
    }

    int seats() {
        return seats;
    }

    void seats(int next) {
        seats = next;
    }

    /** Takes new settings; queues of another shape begin anew. */
    FairQueues configure(PriorityLevel next) {
        FairQueues old = queues;
        if (next.queues() != config.queues()
                || next.handSize() != config.handSize()
                || next.queueLengthLimit() != config.queueLengthLimit()) {
            queues = new FairQueues(next);
        }
        config = next;
        return old;
    }

    /** Seats that others may use now. */
    int lendable() {
        int most = seats * config.lendablePercent() / 100;
        return Math.max(0, Math.min(most, seats - executing - queues.waiting()));
    }

    int borrowed() {
        return Math.max(0, executing - seats);
    }

    int borrowingLimit() {
        return config.borrowingLimitPercent() < 0
                ? Integer.MAX_VALUE
                : (int) Math.ceil(seats * config.borrowingLimitPercent() / 100.0);
    }
}
