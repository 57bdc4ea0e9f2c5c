package io.coxswain.kinds.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Services use node ports and load balancers besides being counted. */
final class ServiceUsage implements UsageEvaluator {
    private static final Set<String> NAMES =
            Set.of("services", "services.nodeports", "services.loadbalancers", "count/services");

    @Override
    public GroupResource resource() {
        return new GroupResource("", "services");
    }

    @Override
    public boolean chargesUpdates() {
        return true;
    }

    @Override
    public Set<String> matching(Collection<String> hard) {
        Set<String> matching = new HashSet<>(hard);
        matching.retainAll(NAMES);
        return matching;
    }

    @Override
    public Usage usage(ObjectView service, Instant now) {
        Map<String, Quantity> amounts = new HashMap<>();
        amounts.put("count/services", ObjectCount.ONE);
        amounts.put("services", ObjectCount.ONE);
        long ports = service.items("spec", "ports").size();
        long balancers = 0;
        switch (service.text("spec", "type")) {
            case "NodePort" -> {
                // one each
            }
            case "LoadBalancer" -> {
                balancers = 1;
                if (!service.flag("spec", "allocateLoadBalancerNodePorts").orElse(true)) {
                    ports = service.items("spec", "ports").stream()
                            .filter(port -> port.number("nodePort").orElse(0L) != 0)
                            .count();
                }
            }
            default -> ports = 0;
        }
        amounts.put("services.nodeports", Quantity.of(ports, Quantity.Format.DECIMAL_SI));
        amounts.put("services.loadbalancers", Quantity.of(balancers, Quantity.Format.DECIMAL_SI));
        return new Usage(amounts);
    }
}
