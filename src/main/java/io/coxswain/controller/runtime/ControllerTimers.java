package io.coxswain.controller.runtime;

import io.coxswain.client.Timers;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJBException;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one EJB: every worker, delay and period of the control plane is one of its non-persistent single-action timers.
 * Callbacks run concurrently, outside any transaction, and never throw: the container would run a failed timeout again.
 */
@Singleton
@Local(Timers.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ControllerTimers implements Timers {
    private static final System.Logger LOG = System.getLogger(ControllerTimers.class.getName());

    private final Map<Long, Runnable> tasks = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean stopped;

    @Resource
    @SuppressWarnings("NullAway.Init") // set by the container
    private TimerService timerService;

    @Override
    public Timers.Timer after(Duration delay, Runnable task) {
        if (stopped) {
            return () -> {};
        }
        long id = lastId.incrementAndGet();
        tasks.put(id, task);
        long millis = delay.isNegative() ? 0 : delay.plusNanos(999_999).toMillis();
        try {
            jakarta.ejb.Timer timer = timerService.createSingleActionTimer(millis, new TimerConfig(id, false));
            return () -> cancel(id, timer);
        } catch (EJBException | IllegalStateException e) {
            tasks.remove(id);
            if (stopped) {
                return () -> {};
            }
            throw e;
        }
    }

    @Override
    public void now(Runnable task) {
        after(Duration.ZERO, task);
    }

    private void cancel(long id, jakarta.ejb.Timer timer) {
        if (tasks.remove(id) != null) {
            try {
                timer.cancel();
            } catch (EJBException | IllegalStateException e) {
                LOG.log(Level.DEBUG, "event=timer-gone", e);
            }
        }
    }

    @Timeout
    void fired(jakarta.ejb.Timer timer) {
        Runnable task = tasks.remove((Long) timer.getInfo());
        if (task == null || stopped) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "event=timer-task-failed", e);
        }
    }

    @PreDestroy
    void stop() {
        stopped = true;
        tasks.clear();
    }
}
