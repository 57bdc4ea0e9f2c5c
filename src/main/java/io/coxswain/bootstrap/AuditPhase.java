package io.coxswain.bootstrap;

import io.coxswain.apiserver.audit.AuditLevel;
import io.coxswain.apiserver.audit.AuditLog;
import io.coxswain.apiserver.audit.AuditPolicy;
import io.coxswain.apiserver.audit.AuditPolicyReader;
import io.coxswain.apiserver.audit.Auditor;
import io.coxswain.bootstrap.config.AuditConfig;
import io.coxswain.bootstrap.config.InvalidSettingException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the audit log before anything can be asked, and closes it after everything else. */
@ApplicationScoped
public class AuditPhase implements StartPhase {
    @Inject
    private AuditConfig config;

    @Inject
    private Auditor auditor;

    @Inject
    private AuditLog log;

    @Resource(lookup = "concurrent/coxswain-threads")
    private ManagedThreadFactory threads;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public AuditPhase() {}

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public int order() {
        return SETTINGS + 10;
    }

    @Override
    public void start() throws IOException {
        AuditPolicy policy = policy(config);
        if (policy.rules().isEmpty()) {
            return;
        }
        log.start(threads);
        auditor.use(policy);
    }

    /** @throws InvalidSettingException if the policy file cannot be used */
    static AuditPolicy policy(AuditConfig config) {
        if (config.policyFile().isEmpty()) {
            return AuditPolicyReader.standard(AuditLevel.of(config.level()).orElseThrow());
        }
        try {
            return AuditPolicyReader.read(Files.readAllBytes(Path.of(config.policyFile())));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidSettingException(
                    "coxswain.audit.policy-file", config.policyFile(), "a readable audit policy: " + e.getMessage());
        }
    }

    @Override
    public void stop() {
        auditor.use(AuditPolicy.NOTHING);
        log.stop();
    }
}
