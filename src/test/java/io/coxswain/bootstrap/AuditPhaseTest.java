package io.coxswain.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.bootstrap.config.AuditConfig;
import io.coxswain.bootstrap.config.DataSize;
import io.coxswain.bootstrap.config.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditPhaseTest {
    @TempDir
    private Path directory;

    private static AuditConfig config(String level, String policyFile) {
        return new AuditConfig(level, policyFile, "", DataSize.parse("20MiB"), 5, "blocking", 10_000);
    }

    @Test
    void takesThePolicyFileInsteadOfTheLevel() throws Exception {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Request}]}");
        assertThat(AuditPhase.policy(config("None", file.toString())).rules()).hasSize(1);
        assertThat(AuditPhase.policy(config("None", "")).rules()).isEmpty();
        assertThat(AuditPhase.policy(config("Metadata", "")).rules()).hasSizeGreaterThan(3);
    }

    @Test
    void namesTheSettingWhoseFileCannotBeUsed() throws Exception {
        Path file = directory.resolve("policy.yaml");
        assertThatThrownBy(() -> AuditPhase.policy(config("None", file.toString())))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("coxswain.audit.policy-file");
        Files.writeString(file, "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Much}]}");
        assertThatThrownBy(() -> AuditPhase.policy(config("None", file.toString())))
                .hasMessageContaining("rules[0].level")
                .isInstanceOf(InvalidSettingException.class);
    }
}
