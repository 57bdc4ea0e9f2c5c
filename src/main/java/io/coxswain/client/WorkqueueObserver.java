package io.coxswain.client;

import java.time.Duration;

/** Hears what happens in a {@link Workqueue}; must be quick and must not throw. */
public interface WorkqueueObserver {
    /** Hears nothing. */
    WorkqueueObserver NONE = new WorkqueueObserver() {
        @Override
        public void taken(Duration waited) {}

        @Override
        public void done(Duration worked) {}
    };

    /** Makes the observer of a queue when the queue is made. */
    interface Maker {
        Maker NONE = (name, queue) -> WorkqueueObserver.NONE;

        WorkqueueObserver observe(String name, Workqueue<?> queue);
    }

    /** A worker took a key that had waited so long. */
    void taken(Duration waited);

    /** A worker gave a key back after so long. */
    void done(Duration worked);
}
