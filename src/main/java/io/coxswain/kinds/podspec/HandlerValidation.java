package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.List;
import java.util.regex.Pattern;

/** Probes and lifecycle hooks: what is asked of a running container. */
final class HandlerValidation {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final List<String> SCHEMES = List.of("HTTP", "HTTPS");
    private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");

    private final Check check;
    private final long gracePeriod;

    HandlerValidation(Check check, long gracePeriod) {
        this.check = check;
        this.gracePeriod = gracePeriod;
    }

    void container(ObjectView container, FieldPath path) {
        check.in(container, path, "lifecycle", (lifecycle, at) -> {
            check.in(lifecycle, at, "postStart", this::handler);
            check.in(lifecycle, at, "preStop", this::handler);
        });
        check.in(container, path, "livenessProbe", (probe, at) -> {
            probe(probe, at);
            successOnce(probe, at);
        });
        check.in(container, path, "readinessProbe", (probe, at) -> {
            probe(probe, at);
            probe.number("terminationGracePeriodSeconds")
                    .ifPresent(seconds -> check.invalid(
                            at.child("terminationGracePeriodSeconds"), seconds, "must not be set for readinessProbes"));
        });
        check.in(container, path, "startupProbe", (probe, at) -> {
            probe(probe, at);
            successOnce(probe, at);
        });
    }

    private void successOnce(ObjectView probe, FieldPath path) {
        probe.number("successThreshold")
                .filter(threshold -> threshold != 1)
                .ifPresent(threshold -> check.invalid(path.child("successThreshold"), threshold, "must be 1"));
    }

    private void probe(ObjectView probe, FieldPath path) {
        handler(probe, path);
        for (String field : new String[] {
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"
        }) {
            check.nonNegative(probe, path, field);
        }
        probe.number("terminationGracePeriodSeconds")
                .filter(seconds -> seconds <= 0)
                .ifPresent(seconds ->
                        check.invalid(path.child("terminationGracePeriodSeconds"), seconds, "must be greater than 0"));
    }

    private void handler(ObjectView handler, FieldPath path) {
        boolean found = false;
        for (String kind : HANDLERS) {
            if (handler.at(kind).isEmpty()) {
                continue;
            }
            if (found) {
                check.forbidden(path.child(kind), "may not specify more than 1 handler type");
            } else {
                found = true;
                check.in(handler, path, kind, (action, at) -> action(kind, action, at));
            }
        }
        if (!found) {
            check.required(path, "must specify a handler type");
        }
    }

    private void action(String kind, ObjectView action, FieldPath path) {
        switch (kind) {
            case "exec" -> {
                if (action.array("command").isEmpty()) {
                    check.required(path.child("command"));
                }
            }
            case "httpGet" -> httpGet(action, path);
            case "sleep" -> {
                long seconds = action.number("seconds").orElse(0L);
                if (seconds < 0 || seconds > gracePeriod) {
                    check.invalid(
                            path,
                            seconds,
                            "must be non-negative and less than terminationGracePeriodSeconds (" + gracePeriod + ")");
                }
            }
            default -> check.port(path.child("port"), action.at("port"));
        }
    }

    private void httpGet(ObjectView get, FieldPath path) {
        check.nonEmpty(get, path, "path", null);
        check.port(path.child("port"), get.at("port"));
        check.supported(path.child("scheme"), get.text("scheme"), SCHEMES);
        for (ObjectView header : get.items("httpHeaders")) {
            String name = header.text("name");
            if (!HEADER.matcher(name).matches()) {
                check.invalid(
                        path.child("httpHeaders"),
                        name,
                        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex"
                                + " used for validation is '[-A-Za-z0-9]+')");
            }
        }
    }
}
