package io.coxswain.controller.servicecidr;

import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.Optional;

/** Keeps the ServiceCIDR {@code kubernetes}, the range of this server's configuration: made if it is missing, and marked as ready. */
public final class DefaultServiceCidr {
    public static final String NAME = "kubernetes";

    private static final ReadyCondition READY =
            new ReadyCondition(true, "", "Kubernetes default Service CIDR is ready");

    private final ServiceRanges ranges;
    private final Clock clock;

    public DefaultServiceCidr(ServiceRanges ranges, Clock clock) {
        this.ranges = ranges;
        this.clock = clock;
    }

    /**
     * Makes what is missing. The object of a server that was configured differently stays as it is.
     *
     * @return the object if its ranges are not those of this server
     */
    public Optional<JsonObject> ensure(ResourceClient<JsonObject> cidrs) {
        ObjectView cidr = new ObjectView(cidrs.find("", NAME).orElseGet(() -> create(cidrs)));
        if (!cidr.strings("spec", "cidrs").equals(ranges.cidrs())) {
            return Optional.of(cidr.json());
        }
        // Deletion is the other loop's business.
        if (!cidr.isBeingDeleted() && ReadyCondition.of(cidr).isEmpty()) {
            cidrs.updateStatus(READY.on(cidr, clock.instant()));
        }
        return Optional.empty();
    }

    private JsonObject create(ResourceClient<JsonObject> cidrs) {
        JsonObject wanted = JsonTrees.object()
                .add("apiVersion", "networking.k8s.io/v1")
                .add("kind", "ServiceCIDR")
                .add("metadata", JsonTrees.object().add("name", NAME))
                .add("spec", JsonTrees.object().add("cidrs", JsonTrees.texts(ranges.cidrs())))
                .build();
        try {
            return cidrs.create(wanted);
        } catch (ApiException e) {
            if (e.isAlreadyExists()) {
                return cidrs.get("", NAME); // another server was faster
            }
            throw e;
        }
    }
}
