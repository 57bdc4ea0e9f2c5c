package io.coxswain.admission.podsecurity;

import io.coxswain.meta.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the labels {@code pod-security.kubernetes.io/*} of a namespace say. A level that cannot be read enforces the strictest,
 * and neither audits nor warns; a version that cannot be read is the latest.
 *
 * @param errors what could not be read
 */
record NamespacePolicy(PolicyLevel enforce, PolicyLevel audit, PolicyLevel warn, List<FieldError> errors) {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");

    NamespacePolicy {
        errors = List.copyOf(errors);
    }

    static NamespacePolicy of(Map<String, String> labels) {
        List<FieldError> errors = new ArrayList<>();
        return new NamespacePolicy(
                level(labels, "enforce", PolicyLevel.Name.RESTRICTED, errors),
                level(labels, "audit", PolicyLevel.Name.PRIVILEGED, errors),
                level(labels, "warn", PolicyLevel.Name.PRIVILEGED, errors),
                errors);
    }

    private static PolicyLevel level(
            Map<String, String> labels, String mode, PolicyLevel.Name unreadable, List<FieldError> errors) {
        PolicyLevel.Name name = PolicyLevel.Name.PRIVILEGED;
        String said = labels.get(PREFIX + mode);
        if (said != null) {
            name = PolicyLevel.Name.of(said).orElse(unreadable);
            if (PolicyLevel.Name.of(said).isEmpty()) {
                errors.add(invalid(mode, said, "must be one of privileged, baseline, restricted"));
            }
        }
        int minor = PolicyLevel.LATEST;
        String version = labels.get(PREFIX + mode + "-version");
        if (version != null) {
            OptionalInt parsed = minor(version);
            minor = parsed.orElse(PolicyLevel.LATEST);
            if (parsed.isEmpty()) {
                errors.add(invalid(mode + "-version", version, "must be \"latest\" or \"v1.x\""));
            }
        }
        return new PolicyLevel(name, minor);
    }

    private static OptionalInt minor(String version) {
        if (version.equals("latest")) {
            return OptionalInt.of(PolicyLevel.LATEST);
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    private static FieldError invalid(String label, String value, String why) {
        return new FieldError(
                FieldError.Type.INVALID, "metadata.labels[" + PREFIX + label + "]", "\"" + value + "\"", why);
    }
}
