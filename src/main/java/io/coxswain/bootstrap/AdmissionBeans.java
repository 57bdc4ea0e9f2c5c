package io.coxswain.bootstrap;

import io.coxswain.admission.tolerationseconds.TolerationSettings;
import io.coxswain.bootstrap.config.ControllersConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What admission plugins need of the settings. */
@ApplicationScoped
public class AdmissionBeans {
    @Produces
    @Singleton
    TolerationSettings tolerations(ControllersConfig controllers) {
        return new TolerationSettings(controllers.defaultTolerationSeconds(), controllers.defaultTolerationSeconds());
    }
}
