package io.coxswain.controller.servicecidr;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClients;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks after the ServiceCIDR {@code kubernetes} as long as the server runs; acts as the API server, where upstream has it. */
@Dependent
public class DefaultServiceCidrReconciler implements Reconciler {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Key DEFAULT = new Key("", DefaultServiceCidr.NAME);

    private final ServiceRanges ranges;
    private final DefaultServiceCidr range;
    private final ResourceClient<JsonObject> cidrs;
    private boolean reported;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private EventRecorder events;

    @Inject
    public DefaultServiceCidrReconciler(ServiceRanges ranges, ApiClients clients, Clock clock) {
        this.ranges = ranges;
        this.range = new DefaultServiceCidr(ranges, clock);
        this.cidrs = clients.as(UserInfo.API_SERVER, "kube-apiserver").resource(ResourceTypes.SERVICE_CIDRS);
    }

    @Override
    public String name() {
        return "kubernetes-service-cidr-controller";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        events = watches.events();
        watches.every(PERIOD, () -> List.of(DEFAULT));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<JsonObject> other = range.ensure(cidrs);
        if (other.isPresent() && !reported) {
            events.event(
                    References.to(other.get()),
                    "Warning",
                    "KubernetesDefaultServiceCIDRInconsistent",
                    "The default ServiceCIDR [" + String.join(" ", References.ranges(other.get()))
                            + "] does not match the controller configuration [" + String.join(" ", ranges.cidrs())
                            + "]");
        }
        reported = other.isPresent();
        return Result.done();
    }
}
