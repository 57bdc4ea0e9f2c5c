package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.request.ApiRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Begins the record of a request as the policy says, and gives events to every {@link AuditSink}. Thread-safe. */
@ApplicationScoped
public class Auditor {
    private static final System.Logger LOG = System.getLogger(Auditor.class.getName());

    private final List<AuditSink> sinks;
    private final Clock clock;
    private volatile AuditPolicy policy = AuditPolicy.NOTHING;

    /** For CDI's proxy. */
    protected Auditor() {
        this(List.of(), Clock.systemUTC());
    }

    @Inject
    public Auditor(@Any Instance<AuditSink> sinks, Clock clock) {
        this(sinks.stream().toList(), clock);
    }

    public Auditor(Collection<? extends AuditSink> sinks, Clock clock) {
        this.sinks = List.copyOf(sinks);
        this.clock = clock;
    }

    /** Sets what is recorded from now on; nothing before the first call. */
    public void use(AuditPolicy next) {
        policy = next;
    }

    /** Begins the record of a request. */
    public AuditContext begin(ApiRequest request) {
        AuditPolicy.Decision decision = policy.decide(request.origin().authenticated(), request.info());
        return new AuditContext(this, request, decision, now());
    }

    Instant now() {
        return clock.instant();
    }

    void log(AuditEvent event) {
        for (AuditSink sink : sinks) {
            try {
                sink.log(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "an audit sink lost an event: auditID=" + event.auditId(), e);
            }
        }
    }
}
