package io.coxswain.bootstrap;

import io.coxswain.apiserver.flowcontrol.FlowController;
import io.coxswain.apiserver.flowcontrol.FlowStatistics;
import io.coxswain.bootstrap.config.FlowControlConfig;
import io.coxswain.bootstrap.objects.FlowControlObjects;
import io.coxswain.observability.MetricSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;

/** Flow control as CDI beans. Until {@link FlowControlPhase} has read the stored objects, upstream's own are in force. */
@ApplicationScoped
public class FlowControlBeans implements MetricSource {
    private final FlowStatistics statistics = new FlowStatistics();

    @Inject
    private Provider<FlowController> controller;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public FlowControlBeans() {}

    @Produces
    @Singleton
    FlowController controller(FlowControlConfig config) {
        FlowController made = new FlowController(config.seats(), statistics);
        FlowControlObjects objects = new FlowControlObjects();
        made.configure(objects.schemas(List.of()), objects.levels(List.of()));
        return made;
    }

    @Override
    public void register(PrometheusRegistry registry) {
        statistics.register(registry, controller.get());
    }
}
