package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.controller.horizontalpodautoscaler.ScalingHistory.Said;
import io.coxswain.controller.runtime.Timestamps;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An autoscaler's conditions while it is looked at. A condition keeps its time while its status stays the same. Not thread-safe. */
final class AutoscalerConditions {
    static final String ABLE = "AbleToScale";
    static final String ACTIVE = "ScalingActive";
    static final String LIMITED = "ScalingLimited";

    private final List<HorizontalPodAutoscalerCondition> conditions;
    private final Instant now;

    AutoscalerConditions(List<HorizontalPodAutoscalerCondition> before, Instant now) {
        this.conditions = new ArrayList<>(before);
        this.now = now;
    }

    void set(String type, boolean value, Said said) {
        set(type, value, said.reason(), said.message());
    }

    void set(String type, boolean value, String reason, String message) {
        String status = value ? "True" : "False";
        int index = 0;
        while (index < conditions.size() && !type.equals(conditions.get(index).getType())) {
            index++;
        }
        String since = Timestamps.of(now);
        if (index < conditions.size() && status.equals(conditions.get(index).getStatus())) {
            since = conditions.get(index).getLastTransitionTime();
        }
        HorizontalPodAutoscalerCondition condition = new HorizontalPodAutoscalerConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .build();
        if (index < conditions.size()) {
            conditions.set(index, condition);
        } else {
            conditions.add(condition);
        }
    }

    List<HorizontalPodAutoscalerCondition> list() {
        return List.copyOf(conditions);
    }
}
