package io.coxswain.bootstrap.config;

/** API priority and fairness. */
@SettingsGroup(
        value = "coxswain.flow-control",
        about =
                "Priority and fairness of API requests; FlowSchema and PriorityLevelConfiguration objects say who gets what.")
public record FlowControlConfig(
        @Setting(
                value = "100",
                about =
                        "Requests that may run at once, shared by the priority levels; more of them wait in their level's queues"
                                + " for a quarter of `coxswain.api.request-timeout` at most. Exempt requests are not counted.")
        int seats) {

    public FlowControlConfig {
        Rule.range("coxswain.flow-control.seats", seats, 10, 10_000);
    }
}
