package io.coxswain.bootstrap.config;

import java.time.Duration;

/** How soon the control loops act. */
@SettingsGroup(value = "coxswain.controllers", about = "The control loops.")
public record ControllersConfig(
        @Setting(
                value = "PT50S",
                about =
                        "How long a node may be silent before its `Ready` condition becomes `Unknown`. Nodes renew their"
                                + " lease every 10 seconds.")
        Duration nodeMonitorGracePeriod,

        @Setting(
                value = "300",
                about = "How many seconds pods that say nothing else stay on a node that is not ready or unreachable.")
        int defaultTolerationSeconds) {

    public ControllersConfig {
        Rule.between(
                "coxswain.controllers.node-monitor-grace-period",
                nodeMonitorGracePeriod,
                Duration.ofSeconds(1),
                Duration.ofDays(1));
        Rule.range("coxswain.controllers.default-toleration-seconds", defaultTolerationSeconds, 0, Integer.MAX_VALUE);
    }
}
