package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.List;
import java.util.regex.Pattern;

/** Security contexts of pods and containers. */
final class SecurityContextValidation {
    private static final List<String> SECCOMP_TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final Pattern SYSCTL =
            Pattern.compile("[a-z0-9]([-_a-z0-9]*[a-z0-9])?([\\./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*");
    private static final int LONGEST_SYSCTL = 253;

    private final Check check;

    SecurityContextValidation(Check check) {
        this.check = check;
    }

    void pod(ObjectView spec, FieldPath path) {
        if (spec.flag("hostPID").orElse(false)
                && spec.flag("shareProcessNamespace").orElse(false)) {
            check.invalid(
                    path.child("shareProcessNamespace"),
                    true,
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        check.in(spec, path, "securityContext", (context, at) -> {
            ids(context, at);
            check.id(context, at, "fsGroup");
            check.oneOfOrAbsent(context, at, "fsGroupChangePolicy", List.of("Always", "OnRootMismatch"));
            int i = 0;
            for (var group : context.array("supplementalGroups")) {
                FieldPath groupPath = at.child("supplementalGroups").index(i++);
                if (group instanceof jakarta.json.JsonNumber number) {
                    check.between(groupPath, number.longValue(), 0, Integer.MAX_VALUE);
                }
            }
            check.each(context, at, "sysctls", this::sysctl);
        });
    }

    void container(ObjectView context, FieldPath path) {
        ids(context, path);
        check.oneOfOrAbsent(context, path, "procMount", List.of("Default", "Unmasked"));
        if (context.flag("allowPrivilegeEscalation").orElse(true)) {
            return;
        }
        if (context.flag("privileged").orElse(false)) {
            check.invalid(
                    path, context.json(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        if (context.strings("capabilities", "add").contains("CAP_SYS_ADMIN")) {
            check.invalid(
                    path,
                    context.json(),
                    "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    private void ids(ObjectView context, FieldPath path) {
        check.id(context, path, "runAsUser");
        check.id(context, path, "runAsGroup");
        for (String kind : new String[] {"seccompProfile", "appArmorProfile"}) {
            check.in(context, path, kind, (profile, at) -> profile(kind, profile, at));
        }
    }

    private void profile(String kind, ObjectView profile, FieldPath path) {
        String type = profile.text("type");
        boolean local = profile.at("localhostProfile").isPresent();
        String what = kind.equals("seccompProfile") ? "seccomp" : "AppArmor";
        if (type.isEmpty()) {
            check.required(path.child("type"), "type is required when " + kind + " is set");
        } else {
            check.supported(path.child("type"), type, SECCOMP_TYPES);
        }
        if (type.equals("Localhost") && !local) {
            check.required(path.child("localhostProfile"), "must be set when " + what + " type is Localhost");
        } else if (!type.equals("Localhost") && local) {
            check.invalid(
                    path.child("localhostProfile"),
                    profile.text("localhostProfile"),
                    "can only be set when " + what + " type is Localhost");
        }
    }

    private void sysctl(ObjectView sysctl, FieldPath path) {
        check.nonEmpty(sysctl, path, "name", name -> {
            if (name.length() > LONGEST_SYSCTL || !SYSCTL.matcher(name).matches()) {
                check.invalid(
                        path.child("name"),
                        name,
                        "must have at most " + LONGEST_SYSCTL + " characters and match regex ^" + SYSCTL.pattern()
                                + "$");
            }
        });
    }
}
