package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a write of {@code pods/status} may change: upstream's {@code ValidatePodStatusUpdate}. */
final class PodStatusRules {
    private static final FieldPath STATUS = FieldPath.of("status");

    private final Check check = new Check();
    private final ObjectView pod;
    private final ObjectView now;
    private final ObjectView old;
    private final String restartPolicy;

    PodStatusRules(ObjectView now, ObjectView old) {
        this.pod = now;
        this.now = new ObjectView(now.object("status"));
        this.old = new ObjectView(old.object("status"));
        this.restartPolicy = old.text("spec", "restartPolicy");
    }

    List<FieldError> check() {
        String nominated = now.text("nominatedNodeName");
        if (!nominated.isEmpty() && !nominated.equals(old.text("nominatedNodeName"))) {
            check.invalid(STATUS.child("nominatedNodeName"), nominated, Names.dns1123Subdomain(nominated));
        }
        String qosClass = old.text("qosClass");
        if (!qosClass.isEmpty() && !qosClass.equals(now.text("qosClass"))) {
            check.invalid(STATUS.child("qosClass"), now.text("qosClass"), Check.IMMUTABLE);
        }
        containers();
        claims();
        addresses("podIPs");
        addresses("hostIPs");
        return check.errors();
    }

    /** A container that has ended and is not to be started again stays as it ended. */
    private void containers() {
        if (!restartPolicy.equals("Always")) {
            boolean afterFailure = restartPolicy.equals("OnFailure");
            stayEnded("containerStatuses", Set.of(), afterFailure);
            stayEnded("initContainerStatuses", sidecars(), afterFailure);
        }
        stayEnded("ephemeralContainerStatuses", Set.of(), false);
    }

    private Set<String> sidecars() {
        Set<String> names = new HashSet<>();
        for (ObjectView container : pod.items("spec", "initContainers")) {
            if (container.text("restartPolicy").equals("Always")) {
                names.add(container.text("name"));
            }
        }
        return names;
    }

    private void stayEnded(String list, Set<String> restartable, boolean afterFailure) {
        List<ObjectView> statuses = now.items(list);
        int index = 0;
        for (ObjectView before : old.items(list)) {
            FieldPath path = STATUS.child(list).index(index++).child("state");
            String name = before.text("name");
            boolean failed = before.number("state", "terminated", "exitCode").orElse(0L) != 0;
            boolean free = before.at("state", "terminated").isEmpty()
                    || restartable.contains(name)
                    || (failed && afterFailure);
            if (free) {
                continue;
            }
            for (ObjectView after : statuses) {
                if (after.text("name").equals(name)
                        && after.at("state", "terminated").isEmpty()) {
                    check.forbidden(path, "may not be transitioned to non-terminated state");
                }
            }
        }
    }

    private void claims() {
        Set<String> wanted = new HashSet<>();
        pod.items("spec", "resourceClaims").forEach(claim -> wanted.add(claim.text("name")));
        Set<String> seen = new HashSet<>();
        check.each(now, STATUS, "resourceClaimStatuses", (claim, path) -> {
            String name = claim.text("name");
            if (!wanted.contains(name)) {
                check.invalid(path.child("name"), name, "must match the name of an entry in `spec.resourceClaims`");
            }
            if (!seen.add(name)) {
                check.add(FieldError.duplicate(path.child("name"), name));
            }
            String made = claim.text("resourceClaimName");
            if (!made.isEmpty()) {
                check.invalid(path.child("name"), made, Names.dns1123Subdomain(made));
            }
        });
    }

    private void addresses(String list) {
        Set<String> seen = new HashSet<>();
        int[] families = new int[2];
        check.each(now, STATUS, list, (address, path) -> {
            String ip = address.text("ip");
            check.ip(path, ip);
            families[ip.contains(":") ? 1 : 0]++;
            if (!seen.add(ip)) {
                check.add(FieldError.duplicate(path, address.json()));
            }
        });
        if (families[0] > 1 || families[1] > 1) {
            check.invalid(STATUS.child(list), now.array(list), "may specify no more than one IP for each IP family");
        }
    }
}
