package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.meta.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/**
 * Where autoscalers get their metrics from. Values are in thousandths. A pod of which nothing was measured is missing in the
 * answer; no measurement at all is an exception. Called by several threads at once; may block.
 */
public interface MetricsSource {
    /**
     * What pods use of a resource.
     *
     * @param container the one that counts; {@code ""}: all of them, added up
     * @return by the pod's name
     */
    Map<String, PodMetric> usage(String namespace, LabelSelector pods, String resource, String container)
            throws MetricsException;

    /** A metric of pods that is no resource. */
    Map<String, PodMetric> ofPods(String namespace, LabelSelector pods, String metric, LabelSelector series)
            throws MetricsException;

    /** A metric of one object of the namespace, or of the namespace. */
    long ofObject(String namespace, String apiVersion, String kind, String name, String metric, LabelSelector series)
            throws MetricsException;

    /** The values of all series of a metric that has nothing to do with the cluster's objects. */
    List<Long> external(String namespace, String metric, LabelSelector series) throws MetricsException;
}
