package io.coxswain.bootstrap.metrics;

import io.coxswain.apiserver.audit.AuditLog;
import io.coxswain.observability.Figures;
import io.coxswain.observability.MetricSource;
import io.coxswain.scheduler.Scheduler;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** The figures of the audit log, the scheduler, and the process with its virtual machine. */
@ApplicationScoped
public class ServerMetrics implements MetricSource {
    private static final String PROFILE = "default-scheduler";

    private AuditLog audit;
    private Provider<Scheduler> scheduler;

    @SuppressWarnings("NullAway.Init")
    protected ServerMetrics() {}

    @Inject
    public ServerMetrics(AuditLog audit, Provider<Scheduler> scheduler) {
        this.audit = audit;
        this.scheduler = scheduler;
    }

    @Override
    public void register(PrometheusRegistry registry) {
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        Figures.counter(registry, "apiserver_audit_event_total", "Audit events written.", () -> audit.written());
        CounterWithCallback.builder()
                .name("apiserver_audit_error_total")
                .help("Audit events lost: the queue was full, or the file could not be written.")
                .labelNames("plugin")
                .callback(point -> point.call(audit.lost(), "log"))
                .register(registry);
        CounterWithCallback.builder()
                .name("scheduler_schedule_attempts_total")
                .help("Tries to place a pod.")
                .labelNames("profile", "result")
                .callback(point -> {
                    Scheduler.Health health = scheduler.get().health();
                    point.call(health.scheduled(), PROFILE, "scheduled");
                    point.call(health.failed(), PROFILE, "unschedulable");
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("scheduler_pending_pods")
                .help("Pods without a node.")
                .labelNames("queue")
                .callback(point -> {
                    Scheduler.Health health = scheduler.get().health();
                    point.call(health.waiting() - health.unschedulable(), "active");
                    point.call(health.unschedulable(), "unschedulable");
                })
                .register(registry);
    }
}
