package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PodLogOptions.
 *
 * @param since only lines from then on
 * @param tailLines so many lines from the end; all if empty
 * @param limitBytes the log is cut off after so many bytes
 */
public record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        Optional<Instant> since,
        Optional<Long> tailLines,
        Optional<Long> limitBytes) {
    private static final GroupVersionKind KIND = new GroupVersionKind("", "v1", "PodLogOptions");

    /** @throws ApiException 400 for what cannot be parsed, 422 for values out of range */
    static LogOptions of(ApiRequest request, Instant now) {
        Optional<Long> tail = number(request, "tailLines");
        Optional<Long> limit = number(request, "limitBytes");
        Optional<Long> sinceSeconds = number(request, "sinceSeconds");
        Optional<Instant> sinceTime = time(request);
        List<FieldError> faults = new ArrayList<>();
        tail.filter(n -> n < 0)
                .ifPresent(n -> faults.add(
                        FieldError.invalid(FieldPath.of("tailLines"), n, "must be greater than or equal to 0")));
        limit.filter(n -> n < 1)
                .ifPresent(
                        n -> faults.add(FieldError.invalid(FieldPath.of("limitBytes"), n, "must be greater than 0")));
        if (sinceSeconds.isPresent() && sinceTime.isPresent()) {
            faults.add(FieldError.forbidden(
                    FieldPath.of(""), "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        }
        sinceSeconds
                .filter(n -> n < 1)
                .ifPresent(
                        n -> faults.add(FieldError.invalid(FieldPath.of("sinceSeconds"), n, "must be greater than 0")));
        if (!faults.isEmpty()) {
            throw ApiException.invalid(KIND, request.info().name(), faults);
        }
        Optional<Instant> since = sinceTime.or(
                () -> sinceSeconds.map(seconds -> now.minusSeconds(Math.min(seconds, now.getEpochSecond()))));
        return new LogOptions(
                request.flag("follow"), request.flag("previous"), request.flag("timestamps"), since, tail, limit);
    }

    private static Optional<Long> number(ApiRequest request, String name) {
        Optional<String> text = request.parameter(name).filter(value -> !value.isEmpty());
        try {
            return text.map(Long::parseLong);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text.orElse("") + "\": invalid syntax");
        }
    }

    private static Optional<Instant> time(ApiRequest request) {
        Optional<String> text = request.parameter("sinceTime").filter(value -> !value.isEmpty());
        try {
            return text.map(value -> OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException e) {
            throw ApiException.badRequest("parsing time \"" + text.orElse("") + "\": not in the form of RFC 3339");
        }
    }
}
