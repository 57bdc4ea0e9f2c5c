package io.coxswain.node.volume;

import io.coxswain.node.NodeApi;
import io.coxswain.node.NodeApi.Token;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Service-account tokens of the pods on a node: each is asked for once and again after 80 % of its life or a day. */
final class ServiceAccountTokens {

    private static final Duration LONGEST = Duration.ofHours(24);

    private final NodeApi api;
    private final Clock clock;
    private final Map<Key, Held> held = new ConcurrentHashMap<>();

    ServiceAccountTokens(NodeApi api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    private record Key(String podUid, String account, String audience, long seconds) {}

    private record Held(Token token, Instant issued) {}

    String token(Pod pod, String audience, long seconds) {
        String account = pod.getSpec().getServiceAccountName();
        Key key = new Key(
                pod.getMetadata().getUid(), account == null ? "default" : account, audience, Math.max(600, seconds));
        Held now = held.get(key);
        if (now == null || stale(now)) {
            try {
                now = new Held(api.createToken(pod, audience, key.seconds()), clock.instant());
                held.put(key, now);
            } catch (RuntimeException e) {
                // An old token is better than none until it expires.
                if (now == null || !now.token().expires().isAfter(clock.instant())) {
                    throw e;
                }
            }
        }
        return now.token().token();
    }

    private boolean stale(Held one) {
        Duration life = Duration.between(one.issued(), one.token().expires());
        Duration age = Duration.between(one.issued(), clock.instant());
        return age.multipliedBy(10).compareTo(life.multipliedBy(8)) > 0 || age.compareTo(LONGEST) > 0;
    }

    void forget(String podUid) {
        held.keySet().removeIf(k -> k.podUid().equals(podUid));
    }
}
