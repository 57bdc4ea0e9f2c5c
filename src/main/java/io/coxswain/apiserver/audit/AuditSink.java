package io.coxswain.apiserver.audit;

/** Takes audit events. CDI finds all. */
public interface AuditSink {
    /** Takes one event. Must not throw; may block only if it was set up to rather wait than lose events. */
    void log(AuditEvent event);
}
