package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.client.ObjectCodec;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The selectors of metrics' series: as messages show them, which is the form of Go's generated code, and as they select. */
final class SelectorText {
    private SelectorText() {}

    static String of(@Nullable LabelSelector selector) {
        if (selector == null) {
            return "nil";
        }
        StringBuilder text = new StringBuilder("&LabelSelector{MatchLabels:map[string]string{");
        Map<String, String> labels = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        new TreeMap<>(labels)
                .forEach((key, value) ->
                        text.append(key).append(": ").append(value).append(','));
        text.append("},MatchExpressions:[]LabelSelectorRequirement{");
        for (LabelSelectorRequirement each : selector.getMatchExpressions()) {
            text.append("LabelSelectorRequirement{Key:")
                    .append(each.getKey())
                    .append(",Operator:")
                    .append(each.getOperator())
                    .append(",Values:[")
                    .append(String.join(" ", each.getValues()))
                    .append("],},");
        }
        return text.append("},}").toString();
    }

    /** @throws io.coxswain.meta.ApiException 400 if an expression is not valid */
    static io.coxswain.meta.selector.LabelSelector parsed(LabelSelector selector) {
        return io.coxswain.meta.selector.LabelSelector.of(ObjectCodec.tree((Object) selector));
    }
}
