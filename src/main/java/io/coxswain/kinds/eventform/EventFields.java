package io.coxswain.kinds.eventform;

import io.coxswain.meta.ObjectView;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values for field selectors over events, named as core/v1 names them. */
public final class EventFields {
    private EventFields() {}

    public static Map<String, String> values(ObjectView event) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String field :
                new String[] {"kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"}) {
            values.put("involvedObject." + field, event.text("involvedObject", field));
        }
        String source = event.text("source", "component");
        values.put("reason", event.text("reason"));
        values.put("reportingComponent", event.text("reportingComponent"));
        values.put("source", source.isEmpty() ? event.text("reportingComponent") : source);
        values.put("type", event.text("type"));
        return values;
    }
}
