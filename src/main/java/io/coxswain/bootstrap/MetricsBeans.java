package io.coxswain.bootstrap;

import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.controller.horizontalpodautoscaler.ApiMetrics;
import io.coxswain.controller.horizontalpodautoscaler.HorizontalPodAutoscalerReconciler;
import io.coxswain.controller.horizontalpodautoscaler.MetricsSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Where autoscalers measure: the metrics APIs, and for simulated pods what their annotations say. */
@ApplicationScoped
public class MetricsBeans {
    @Produces
    @Singleton
    MetricsSource metrics(ApiClients clients, Informers informers, Clock clock) {
        return new SimulatedMetrics(
                new ApiMetrics(clients.forController(HorizontalPodAutoscalerReconciler.NAME)), informers, clock);
    }
}
