package io.coxswain.bootstrap.config;

/**
 * The audit log.
 *
 * @param path {@code ""} for {@code logs/audit.log} in the data directory
 */
@SettingsGroup(
        value = "coxswain.audit",
        about = "The audit log: who did what when, as lines of `audit.k8s.io/v1` Events.")
public record AuditConfig(
        @Setting(
                value = "Metadata",
                about =
                        "What is recorded without a policy file: `None`, `Metadata`, `Request` or `RequestResponse`. Health,"
                                + " discovery, heartbeats, Events and what the control plane only reads are left out; of"
                                + " Secrets, ConfigMaps and tokens never more than metadata is kept.")
        String level,

        @Setting(value = "", about = "File with a Policy of `audit.k8s.io/v1`, as YAML; it decides instead of `level`.")
        String policyFile,

        @Setting(value = "", about = "The log file. Empty: `logs/audit.log` in the data directory.")
        String path,

        @Setting(value = "20MiB", about = "Size at which the log file is renamed and begun anew.")
        DataSize maxFileSize,

        @Setting(value = "5", about = "Renamed log files that are kept.")
        int maxBackups,

        @Setting(
                value = "blocking",
                about = "What happens when events come faster than the disk takes them: `blocking` lets requests wait,"
                        + " `batch` loses events, counts them (`apiserver_audit_error_total`) and says so in the log.")
        String mode,

        @Setting(value = "10000", about = "Events that may wait to be written.")
        int queueSize) {

    public AuditConfig {
        Rule.matches(
                "coxswain.audit.level",
                level,
                "None|Metadata|Request|RequestResponse",
                "one of None, Metadata, Request, RequestResponse");
        Rule.matches("coxswain.audit.mode", mode, "blocking|batch", "blocking or batch");
        Rule.matches("coxswain.audit.path", path, "|/.*[^/]", "an absolute path of a file");
        Rule.range("coxswain.audit.max-file-size", maxFileSize.bytes(), 1 << 20, 1L << 40);
        Rule.range("coxswain.audit.max-backups", maxBackups, 0, 1000);
        Rule.range("coxswain.audit.queue-size", queueSize, 100, 1_000_000);
    }
}
