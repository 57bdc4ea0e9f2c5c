package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ListOptions as they stand in a query, checked by upstream's rules.
 *
 * @param limit items on a page; 0 for all
 * @param resourceVersion {@code ""} newest, {@code "0"} any, else a number
 * @param resourceVersionMatch {@code ""}, {@code Exact} or {@code NotOlderThan}
 * @param timeoutSeconds of a watch; empty if the server chooses
 */
public record ListParameters(
        String labelSelector,
        String fieldSelector,
        long limit,
        String continueToken,
        String resourceVersion,
        String resourceVersionMatch,
        Optional<Long> timeoutSeconds,
        boolean allowWatchBookmarks,
        Optional<Boolean> sendInitialEvents) {
    private static final GroupVersionKind KIND = new GroupVersionKind("meta.k8s.io", "v1", "ListOptions");
    private static final FieldPath MATCH = FieldPath.of("resourceVersionMatch");
    private static final FieldPath SEND_INITIAL = FieldPath.of("sendInitialEvents");

    /** @throws ApiException 400 for what cannot be parsed, 422 for combinations that make no sense */
    public static ListParameters of(ApiRequest request, boolean watch) {
        ListParameters parameters = new ListParameters(
                request.parameter("labelSelector").orElse(""),
                request.parameter("fieldSelector").orElse(""),
                // Upstream takes a negative limit for none.
                Math.max(0, number(request, "limit").orElse(0L)),
                request.parameter("continue").orElse(""),
                request.parameter("resourceVersion").orElse(""),
                request.parameter("resourceVersionMatch").orElse(""),
                number(request, "timeoutSeconds"),
                request.flag("allowWatchBookmarks"),
                request.parameter("sendInitialEvents").map(value -> request.flag("sendInitialEvents")));
        List<FieldError> faults = parameters.faults(watch);
        if (!faults.isEmpty()) {
            throw ApiException.invalid(KIND, "", faults);
        }
        return parameters;
    }

    /** The revision asked for; 0 for {@code ""} and {@code "0"}. */
    public long revision() {
        return parseRevision(resourceVersion);
    }

    /** @throws ApiException 400 unless the text is {@code ""} or a number */
    static long parseRevision(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            long revision = Long.parseLong(text);
            if (revision >= 0 && text.charAt(0) != '+') {
                return revision;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw ApiException.badRequest("resourceVersion: Invalid value: \"" + text + "\": strconv.ParseUint: parsing \""
                + text + "\": invalid syntax");
    }

    private static Optional<Long> number(ApiRequest request, String name) {
        Optional<String> text = request.parameter(name).filter(value -> !value.isEmpty());
        try {
            return text.map(Long::parseLong);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text.orElse("") + "\": invalid syntax");
        }
    }

    private List<FieldError> faults(boolean watch) {
        List<FieldError> faults = new ArrayList<>();
        if (watch) {
            watchFaults(faults);
        } else {
            listFaults(faults);
        }
        return faults;
    }

    private void watchFaults(List<FieldError> faults) {
        boolean notOlderThan = resourceVersionMatch.equals("NotOlderThan");
        if (sendInitialEvents.isPresent() && !notOlderThan) {
            faults.add(FieldError.forbidden(
                    MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (resourceVersionMatch.isEmpty()) {
            return;
        }
        if (sendInitialEvents.isEmpty()) {
            faults.add(FieldError.forbidden(
                    MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        if (!notOlderThan) {
            faults.add(FieldError.notSupported(MATCH, resourceVersionMatch, List.of("NotOlderThan")));
        }
        if (!continueToken.isEmpty()) {
            faults.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
    }

    private void listFaults(List<FieldError> faults) {
        if (!resourceVersionMatch.isEmpty()) {
            if (resourceVersion.isEmpty()) {
                faults.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (!continueToken.isEmpty()) {
                faults.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!resourceVersionMatch.equals("Exact") && !resourceVersionMatch.equals("NotOlderThan")) {
                faults.add(FieldError.notSupported(MATCH, resourceVersionMatch, List.of("Exact", "NotOlderThan", "")));
            }
            if (resourceVersionMatch.equals("Exact") && resourceVersion.equals("0")) {
                faults.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (sendInitialEvents.isPresent()) {
            faults.add(FieldError.forbidden(SEND_INITIAL, "sendInitialEvents is forbidden for list"));
        }
    }
}
