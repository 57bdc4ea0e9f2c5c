package io.coxswain.console.namespaces;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** One resource of one limit range, as {@code kubectl describe} shows it; {@code ""} for bounds that are not set. */
public record LimitRow(
        String range, String type, String resource, String min, String max, String defaultRequest, String defaultLimit)
        implements Serializable {

    static List<LimitRow> of(ObjectView range) {
        List<LimitRow> rows = new ArrayList<>();
        for (ObjectView item : range.items("spec", "limits")) {
            TreeSet<String> resources = new TreeSet<>();
            for (String field : List.of("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")) {
                resources.addAll(item.texts(field).keySet());
            }
            for (String resource : resources) {
                rows.add(new LimitRow(
                        range.name(),
                        item.text("type"),
                        resource,
                        item.text("min", resource),
                        item.text("max", resource),
                        item.text("defaultRequest", resource),
                        item.text("default", resource)));
            }
        }
        return rows;
    }
}
