package io.coxswain.apiserver.request;

import java.util.List;

/**
 * Where a request came from, for the audit log.
 *
 * @param authenticated who proved an identity; the request's user is another if this one impersonates
 * @param addresses the caller's addresses as far as proxies told them, the nearest last; empty in this process
 * @param uri path and query as they came
 */
public record RequestOrigin(UserInfo authenticated, List<String> addresses, String uri) {
    public RequestOrigin {
        addresses = List.copyOf(addresses);
    }
}
