package io.coxswain.apiserver.endpoint;

import jakarta.ws.rs.core.Application;
import java.util.Set;

/** What every part of the API has in common. JAX-RS wants one application for each first step of a path. */
public abstract class KubernetesApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(ApiResource.class, ApiExceptionMapper.class);
    }
}
