package io.coxswain.console.shell;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Slows down who guesses passwords: after so many failures of one name or from one address, no try counts for some minutes. Thread-safe. */
@ApplicationScoped
public class SignInThrottle {
    private static final int TRIES = 10;
    private static final Duration PAUSE = Duration.ofMinutes(5);

    private final Cache<String, Integer> failures;

    public SignInThrottle() {
        this(Ticker.systemTicker());
    }

    SignInThrottle(Ticker ticker) {
        this.failures = Caffeine.newBuilder()
                .ticker(ticker)
                .maximumSize(10_000)
                .expireAfterWrite(PAUSE)
                .build();
    }

    public boolean mayTry(String name, String address) {
        return keys(name, address).stream().allMatch(key -> failures.asMap().getOrDefault(key, 0) < TRIES);
    }

    public void failed(String name, String address) {
        keys(name, address).forEach(key -> failures.asMap().merge(key, 1, Integer::sum));
    }

    public void succeeded(String name, String address) {
        failures.invalidateAll(keys(name, address));
    }

    private static List<String> keys(String name, String address) {
        return List.of("name " + name, "address " + address);
    }
}
