package io.coxswain.kinds.resource;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Defaults and checks of requests for devices, in claims and in their templates. */
final class DeviceRules {
    private static final List<String> MODES = List.of("All", "ExactCount");
    private static final int MOST = 32;

    private DeviceRules() {}

    static void defaults(TreeEditor spec) {
        spec.editField(
                "devices",
                devices -> devices.editItems("requests", request -> {
                    request.editField("exactly", DeviceRules::requestDefaults);
                    request.editItems("firstAvailable", DeviceRules::requestDefaults);
                }));
    }

    private static void requestDefaults(TreeEditor request) {
        request.setDefault("allocationMode", "ExactCount");
        if (request.text("allocationMode").equals("ExactCount")) {
            request.setDefault("count", 1);
        }
        request.editItems("tolerations", toleration -> toleration.setDefault("operator", "Equal"));
    }

    static void check(Check check, ObjectView spec, FieldPath path) {
        ObjectView devices = new ObjectView(spec.object("devices"));
        FieldPath at = path.child("devices");
        for (String list : new String[] {"requests", "constraints", "config"}) {
            int size = devices.array(list).size();
            if (size > MOST) {
                check.add(FieldError.tooMany(at.child(list), size, MOST));
            }
        }
        Set<String> names = new HashSet<>();
        check.each(devices, at, "requests", (request, one) -> request(check, request, one, names));
        check.each(devices, at, "constraints", (constraint, one) -> {
            known(check, constraint, one, names);
            if (constraint.text("matchAttribute").isEmpty()
                    && constraint.text("distinctAttribute").isEmpty()) {
                check.required(one.child("matchAttribute"));
            }
        });
        check.each(devices, at, "config", (config, one) -> {
            known(check, config, one, names);
            if (config.at("opaque").isEmpty()) {
                check.required(one.child("opaque"));
            }
            check.in(config, one, "opaque", (opaque, inner) -> opaque(check, opaque, inner));
        });
    }

    static void opaque(Check check, ObjectView opaque, FieldPath path) {
        check.nonEmpty(
                opaque,
                path,
                "driver",
                name -> check.invalid(path.child("driver"), name, Names.dns1123Subdomain(name)));
        if (opaque.at("parameters").isEmpty()) {
            check.required(path.child("parameters"));
        }
    }

    private static void known(Check check, ObjectView object, FieldPath path, Set<String> names) {
        List<String> requests = object.strings("requests");
        for (int i = 0; i < requests.size(); i++) {
            if (!names.contains(requests.get(i))) {
                check.invalid(
                        path.child("requests").index(i),
                        requests.get(i),
                        "must be the name of a request in the claim or the name of a request and a subrequest separated"
                                + " by '/'");
            }
        }
    }

    private static void request(Check check, ObjectView request, FieldPath path, Set<String> names) {
        String name = request.text("name");
        if (name.isEmpty()) {
            check.required(path.child("name"));
        } else {
            check.label(path.child("name"), name);
            if (!names.add(name)) {
                check.duplicate(path.child("name"), name);
            }
        }
        boolean exactly = request.at("exactly").isPresent();
        boolean alternatives = !request.array("firstAvailable").isEmpty();
        if (exactly == alternatives) {
            check.add(new FieldError(
                    exactly ? FieldError.Type.INVALID : FieldError.Type.REQUIRED,
                    path.toString(),
                    exactly ? request.json().toString() : null,
                    "exactly one of `exactly` or `firstAvailable` is required"));
        }
        check.in(request, path, "exactly", (exact, at) -> device(check, exact, at));
        check.each(request, path, "firstAvailable", (sub, at) -> {
            check.nonEmpty(sub, at, "name", text -> {
                check.label(at.child("name"), text);
                if (!names.add(name + "/" + text)) {
                    check.duplicate(at.child("name"), text);
                }
            });
            device(check, sub, at);
        });
    }

    private static void device(Check check, ObjectView request, FieldPath path) {
        check.nonEmpty(
                request,
                path,
                "deviceClassName",
                name -> check.invalid(path.child("deviceClassName"), name, Names.dns1123Subdomain(name)));
        selectors(check, request, path);
        String mode = request.text("allocationMode");
        long count = request.number("count").orElse(0L);
        if (mode.equals("All") && count != 0) {
            check.invalid(path.child("count"), count, "must not be specified when allocationMode is 'All'");
        } else if (mode.equals("ExactCount") && count <= 0) {
            check.invalid(path.child("count"), count, "must be greater than zero");
        } else {
            check.supported(path.child("allocationMode"), mode, MODES);
        }
    }

    /** Selectors are expressions, which are not compiled here. */
    static void selectors(Check check, ObjectView object, FieldPath path) {
        int size = object.array("selectors").size();
        if (size > MOST) {
            check.add(FieldError.tooMany(path.child("selectors"), size, MOST));
        }
        check.each(object, path, "selectors", (selector, at) -> {
            if (selector.at("cel").isEmpty()) {
                check.required(at.child("cel"));
            }
        });
    }
}
