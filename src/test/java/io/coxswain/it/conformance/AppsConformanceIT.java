package io.coxswain.it.conformance;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Workloads of which no pod has to run. */
class AppsConformanceIT extends ConformanceSuite {
    @Test
    @DisplayName("apps | CronJob | API operations")
    void cronJobs() {
        ApiOperations operations = new ApiOperations("batch/v1", "cronjobs", "CronJob", namespace(), """
                spec:
                  schedule: "* */1 * * ?"
                  concurrencyPolicy: Allow
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          restartPolicy: OnFailure
                          containers:
                          - name: c
                            image: appl-x:1.18
                            command: [sleep, "300"]
                """);
        operations.discovered("status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.status("lastScheduleTime", "\"2026-01-02T03:04:05Z\"");
        operations.deleted();
    }
}
