package io.coxswain.network.allocator;

import io.coxswain.client.ReadThrough;
import io.coxswain.meta.ObjectView;
import io.coxswain.network.Ipv4Range;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Finds addresses in the ranges of the ServiceCIDRs that are ready. What is found is free at that moment only: the caller
 * commits an IPAddress of that name together with the Service, and of two who found the same one commits. Thread-safe.
 */
final class ClusterAddresses {
    private static final long SMALLEST_BAND = 16;
    private static final long LARGEST_BAND = 256;

    private final ReadThrough<JsonObject> ranges;
    private final ReadThrough<JsonObject> addresses;
    private final Predicate<String> heldByService;
    private final SplittableRandom random;

    /** @param heldByService whether a Service has the address, be there an IPAddress or not */
    ClusterAddresses(
            ReadThrough<JsonObject> ranges,
            ReadThrough<JsonObject> addresses,
            Predicate<String> heldByService,
            SplittableRandom random) {
        this.ranges = ranges;
        this.addresses = addresses;
        this.heldByService = heldByService;
        this.random = random;
    }

    /** Begins to follow the objects; whether all are known. */
    boolean isReady() {
        boolean known = ranges.informer().hasSynced();
        return addresses.informer().hasSynced() && known;
    }

    /** The IPAddress of this name as it is now. */
    Optional<JsonObject> find(String address) {
        return addresses.live("", address);
    }

    /** A free address; empty if all ranges are used up. */
    Optional<String> any() {
        Optional<String> found = any(ranges.list(""));
        return found.isPresent() ? found : any(ranges.liveList(""));
    }

    private Optional<String> any(List<JsonObject> cidrs) {
        List<Ipv4Range> ready = new ArrayList<>(ready(cidrs));
        SplittableRandom own = split();
        Collections.rotate(ready, own.nextInt(Math.max(1, ready.size())));
        for (Ipv4Range range : ready) {
            long last = range.size() - 2;
            long band = bandStart(range.size());
            Optional<String> found = search(range, Math.max(1, band), last, own);
            if (found.isEmpty()) {
                found = search(range, 1, Math.min(band - 1, last), own);
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private synchronized SplittableRandom split() {
        return random.split();
    }

    private Optional<String> search(Ipv4Range range, long from, long to, RandomGenerator random) {
        long size = to - from + 1;
        if (size <= 0) {
            return Optional.empty();
        }
        long start = random.nextLong(size);
        for (long step = 0; step < size; step++) {
            String address = range.address(from + (start + step) % size);
            if (addresses.get("", address).isEmpty() && !heldByService.test(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    /** What is against an address that somebody chose, worded as upstream; {@code ""} if it is free. */
    String problem(String address) {
        String problem = rangeProblem(ranges.list(""), address);
        if (!problem.isEmpty()) {
            problem = rangeProblem(ranges.liveList(""), address);
        }
        if (problem.isEmpty() && (find(address).isPresent() || heldByService.test(address))) {
            return "provided IP is already allocated";
        }
        return problem;
    }

    private static String rangeProblem(List<JsonObject> cidrs, String address) {
        String problem = "the provided network does not match the current range";
        for (Ipv4Range range : ready(cidrs)) {
            if (range.contains(address)) {
                long offset = range.offsetOf(address);
                if (offset >= 1 && offset <= range.size() - 2) {
                    return "";
                }
                problem = "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is "
                        + range;
            }
        }
        return problem;
    }

    /** The ranges from which addresses may be taken. */
    static List<Ipv4Range> ready(List<JsonObject> cidrs) {
        return cidrs.stream()
                .map(ObjectView::new)
                .filter(ClusterAddresses::isReady)
                .flatMap(cidr -> cidr.strings("spec", "cidrs").stream())
                .filter(text -> text.indexOf(':') < 0)
                .map(Ipv4Range::parse)
                .distinct()
                .toList();
    }

    /** One without the condition counts as ready, as upstream: the loop that sets it may not run. */
    private static boolean isReady(ObjectView cidr) {
        return !cidr.isBeingDeleted()
                && cidr.items("status", "conditions").stream()
                        .filter(condition -> condition.text("type").equals("Ready"))
                        .allMatch(condition -> condition.text("status").equals("True"));
    }

    /** Where the band begins from which addresses that nobody chose are taken first (KEP-3070). */
    static long bandStart(long size) {
        return size <= SMALLEST_BAND ? 0 : Math.min(Math.max(size / 16, SMALLEST_BAND), LARGEST_BAND);
    }
}
