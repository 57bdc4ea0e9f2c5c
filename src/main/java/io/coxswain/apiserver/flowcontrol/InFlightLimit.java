package io.coxswain.apiserver.flowcontrol;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Refuses requests from the network when too many run already, by upstream's defaults: 400 that read, 200 that write.
 * Streams are not counted, nor is the group {@code system:masters}, so that somebody can always mend things; nor are our
 * own loops, which bound themselves. Thread-safe.
 */
public final class InFlightLimit {
    private static final Set<String> READING = Set.of("get", "list", "watch", "head", "options");

    private final Semaphore readers;
    private final Semaphore writers;

    public InFlightLimit(int reading, int writing) {
        readers = new Semaphore(reading);
        writers = new Semaphore(writing);
    }

    /** Upstream's defaults. */
    public static InFlightLimit standard() {
        return new InFlightLimit(400, 200);
    }

    /** A place among the running requests; closing gives it back. */
    public interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws ApiException 429 if there is no place */
    public Place enter(ApiRequest request) {
        boolean counted = !request.remoteAddress().isEmpty()
                && !request.info().verb().equals("watch")
                && !request.user().groups().contains(UserInfo.GROUP_MASTERS);
        if (!counted) {
            return () -> {};
        }
        Semaphore places = READING.contains(request.info().verb()) ? readers : writers;
        if (!places.tryAcquire()) {
            throw ApiException.tooManyRequests("Too many requests, please try again later.", 1);
        }
        return places::release;
    }
}
