package io.coxswain.controller.servicecidr;

import java.util.List;

/**
 * The ranges this server is configured with for addresses of Services.
 *
 * @param cidrs as {@code spec.cidrs} of a ServiceCIDR
 */
public record ServiceRanges(List<String> cidrs) {
    public ServiceRanges {
        cidrs = List.copyOf(cidrs);
    }
}
