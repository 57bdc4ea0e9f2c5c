package io.coxswain.bootstrap.metrics;

import io.coxswain.apiserver.audit.AuditLog;
import io.coxswain.observability.Figures;
import io.coxswain.observability.MetricSource;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The figures of the audit log, and the process with its virtual machine. */
@ApplicationScoped
public class ServerMetrics implements MetricSource {
    private AuditLog audit;

    @SuppressWarnings("NullAway.Init")
    protected ServerMetrics() {}

    @Inject
    public ServerMetrics(AuditLog audit) {
        this.audit = audit;
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
    }
}
