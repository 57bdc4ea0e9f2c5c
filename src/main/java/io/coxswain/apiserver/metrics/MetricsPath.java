package io.coxswain.apiserver.metrics;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.observability.MetricSource;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Serves {@code /metrics} in Prometheus' text format; authorized as a non-resource URL like any other. */
@ApplicationScoped
public class MetricsPath implements PathHandler {
    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();

    private final PrometheusRegistry registry = new PrometheusRegistry();

    /** For CDI's proxy. */
    protected MetricsPath() {}

    @Inject
    public MetricsPath(@Any Instance<MetricSource> sources) {
        this(sources.stream().toList());
    }

    public MetricsPath(Collection<? extends MetricSource> sources) {
        sources.forEach(source -> source.register(registry));
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/metrics");
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(64 * 1024);
        try {
            WRITER.write(text, registry.scrape(), EscapingScheme.ALLOW_UTF8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ApiResponse.RawResponse(200, WRITER.getContentType(), text.toByteArray(), Map.of(), List.of());
    }
}
