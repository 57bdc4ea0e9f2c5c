package io.coxswain.apiserver.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request of an authenticated user.
 *
 * @param query the query parameters, decoded, in order
 * @param contentType the body's media type with parameters; for a patch it names the patch type
 * @param accept the {@code Accept} header; {@code ""} for callers in this process, which take trees
 * @param userAgent for audit and the default field manager
 * @param remoteAddress the caller's IP address; {@code ""} in this process
 * @param requestId unique, for logs and audit
 * @param origin where it came from, as the audit log tells it
 */
public record ApiRequest(
        UserInfo user,
        RequestInfo info,
        Map<String, List<String>> query,
        RequestBody body,
        String contentType,
        String accept,
        String userAgent,
        String remoteAddress,
        String requestId,
        RequestOrigin origin) {

    /** A request of one who acts as himself, without a URL. */
    public ApiRequest(
            UserInfo user,
            RequestInfo info,
            Map<String, List<String>> query,
            RequestBody body,
            String contentType,
            String accept,
            String userAgent,
            String remoteAddress,
            String requestId) {
        this(
                user,
                info,
                query,
                body,
                contentType,
                accept,
                userAgent,
                remoteAddress,
                requestId,
                new RequestOrigin(user, List.of(), info.path()));
    }

    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** Whether a query parameter is on, by upstream's rule: present, and neither {@code false} nor {@code 0}. */
    public boolean flag(String name) {
        return parameter(name)
                .map(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
                .orElse(false);
    }
}
