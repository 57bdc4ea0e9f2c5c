package io.coxswain.bench;

/** Manifests of the fault test's objects, in JSON. Every pod asks for CPU, so that quotas and nodes can be recounted. */
final class FaultObjects {
    private FaultObjects() {}

    /** @param number which of the test's nodes */
    static String node(int number) {
        return """
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "faults-%d",
                  "labels": {"simulated.coxswain.io/node": "true", "topology.kubernetes.io/zone": "zone-%d"},
                  "annotations": {"simulated.coxswain.io/capacity": "cpu=4,memory=16Gi,pods=60"}}}
                """.formatted(number, number % 2);
    }

    static String namespace(String name) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"" + name + "\"}}";
    }

    static String quota() {
        return """
                {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "all"}, "spec": {"hard": {
                  "pods": "200", "requests.cpu": "50", "services": "50", "configmaps": "200",
                  "persistentvolumeclaims": "100", "count/deployments.apps": "50", "count/jobs.batch": "100"}}}
                """;
    }

    static String deployment(String name, int replicas, int version, boolean recreate) {
        return """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%1$s"},
                 "spec": {"replicas": %2$d, "revisionHistoryLimit": 2, "strategy": {"type": "%4$s"},
                  "selector": {"matchLabels": {"app": "%1$s"}}, "template": %3$s}}
                """.formatted(
                        name,
                        replicas,
                        template(name, version, "100m", "Always", "\"simulated.coxswain.io/ready-delay\": \"100ms\""),
                        recreate ? "Recreate" : "RollingUpdate");
    }

    /** @param retention of claims, {@code Retain} or {@code Delete}; empty for no claims */
    static String statefulSet(String name, int replicas, int version, boolean parallel, String retention) {
        String claims = retention.isEmpty() ? "" : """
                , "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "%1$s", "whenScaled": "%1$s"},
                "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
                  "resources": {"requests": {"storage": "1Mi"}}}}]
                """.formatted(retention);
        return """
                {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "%1$s"},
                 "spec": {"replicas": %2$d, "serviceName": "%1$s", "podManagementPolicy": "%4$s",
                  "selector": {"matchLabels": {"app": "%1$s"}}, "template": %3$s %5$s}}
                """.formatted(
                        name,
                        replicas,
                        template(name, version, "50m", "Always", "\"simulated.coxswain.io/start-delay\": \"50ms\""),
                        parallel ? "Parallel" : "OrderedReady",
                        claims);
    }

    static String daemonSet(String name, int version) {
        return """
                {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "%1$s"},
                 "spec": {"selector": {"matchLabels": {"app": "%1$s"}}, "updateStrategy": {"rollingUpdate":
                  {"maxUnavailable": "50%%"}}, "template": %2$s}}
                """.formatted(
                name, template(name, version, "20m", "Always", "\"simulated.coxswain.io/start-delay\": \"50ms\""));
    }

    /**
     * A Job, or what a CronJob makes one of.
     *
     * @param more of its spec, as JSON with a comma behind
     * @param exitCodes of its containers, by attempt
     */
    static String jobSpec(String name, int completions, String more, String exitCodes, int runMillis) {
        String script = "\"simulated.coxswain.io/run-time\": \"" + runMillis
                + "ms\", \"simulated.coxswain.io/exit-code\": \"" + exitCodes + "\"";
        return """
                {"completions": %d, "parallelism": 2, %s "template": %s}
                """.formatted(completions, more, template(name, 1, "100m", "Never", script));
    }

    static String job(String name, String spec) {
        return "{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\", \"metadata\": {\"name\": \"" + name
                + "\"}, \"spec\": " + spec + "}";
    }

    static String cronJob(String name, String jobSpec) {
        return """
                {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "%s"},
                 "spec": {"schedule": "* * * * *", "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 2,
                  "failedJobsHistoryLimit": 1, "jobTemplate": {"spec": %s}}}
                """.formatted(name, jobSpec);
    }

    static String service(String name, String app, boolean headless) {
        return """
                {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "%s"},
                 "spec": {"selector": {"app": "%s"}, %s "ports": [{"port": 80, "targetPort": 8080}]}}
                """.formatted(name, app, headless ? "\"clusterIP\": \"None\"," : "");
    }

    static String budget(String name, String app) {
        return """
                {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "%s"},
                 "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "%s"}}}}
                """.formatted(name, app);
    }

    /** @param owner a ConfigMap's name and uid, or nothing */
    static String configMap(String name, String value, String ownerName, String ownerUid) {
        String owner = ownerUid.isEmpty() ? "" : """
                , "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "%s", "uid": "%s",
                  "blockOwnerDeletion": true}]
                """.formatted(ownerName, ownerUid);
        return "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"" + name + "\"" + owner
                + "}, \"data\": {\"value\": \"" + value + "\"}}";
    }

    static String versionPatch(int version) {
        return "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"" + Asked.VERSION + "\": \"" + version
                + "\"}}}}}";
    }

    private static String template(String app, int version, String cpu, String restart, String annotations) {
        return """
                {"metadata": {"labels": {"app": "%s"}, "annotations": {"%s": "%d", %s}},
                 "spec": {"restartPolicy": "%s", "terminationGracePeriodSeconds": 3,
                  "containers": [{"name": "main", "image": "example/main:1",
                   "resources": {"requests": {"cpu": "%s", "memory": "16Mi"}}}]}}
                """.formatted(app, Asked.VERSION, version, annotations, restart, cpu);
    }
}
