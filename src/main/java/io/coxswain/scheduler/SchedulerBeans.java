package io.coxswain.scheduler;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.InvalidSettingException;
import io.coxswain.bootstrap.config.SchedulerConfig;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ServerIdentity;
import io.coxswain.client.Timers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;

/** The scheduler as a CDI bean. */
@ApplicationScoped
public class SchedulerBeans {
    @Produces
    @Singleton
    Scheduler scheduler(
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            ServerIdentity identity,
            SchedulerConfig settings) {
        UserInfo user = UserInfo.of("system:" + Scheduler.NAME, UserInfo.GROUP_AUTHENTICATED);
        return new Scheduler(
                clients.as(user, Scheduler.NAME),
                informers,
                timers,
                clock,
                identity.value(),
                new SplittableRandom(),
                profiles(settings));
    }

    private static List<ProfileSpec> profiles(SchedulerConfig settings) {
        try {
            return settings.profiles().stream().map(ProfileSpec::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException("coxswain.scheduler.profiles: " + e.getMessage());
        }
    }
}
