package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The containers of a pod: regular, init and ephemeral ones. */
final class ContainerValidation {
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> MESSAGE_POLICIES = List.of("FallbackToLogsOnError", "File");
    private static final List<String> RUNNING_ONLY =
            List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe");

    private final Check check;
    private final VolumeValidation volumes;
    private final HandlerValidation handlers;
    private final EnvironmentValidation environment;
    private final boolean template;
    private final Set<String> names = new HashSet<>();
    private final Set<String> hostPorts = new HashSet<>();

    /** @param volumes has seen the pod's volumes already */
    ContainerValidation(Check check, VolumeValidation volumes, HandlerValidation handlers, boolean template) {
        this.check = check;
        this.volumes = volumes;
        this.handlers = handlers;
        this.environment = new EnvironmentValidation(check);
        this.template = template;
    }

    void all(ObjectView spec, FieldPath path) {
        if (spec.array("containers").isEmpty()) {
            check.required(path.child("containers"));
        }
        check.each(spec, path, "containers", this::regular);
        check.each(spec, path, "initContainers", this::init);
        if (template && !spec.array("ephemeralContainers").isEmpty()) {
            check.forbidden(path.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
        check.each(spec, path, "ephemeralContainers", this::ephemeral);
    }

    private void regular(ObjectView container, FieldPath path) {
        common(container, path);
        uniqueName(container, path);
        handlers.container(container, path);
        if (container.at("restartPolicy").isPresent()) {
            check.forbidden(path.child("restartPolicy"), "may not be set for non-init containers");
        }
        uniqueHostPorts(container, path, hostPorts);
    }

    private void init(ObjectView container, FieldPath path) {
        common(container, path);
        check.oneOfOrAbsent(container, path, "restartPolicy", List.of("Always"));
        uniqueName(container, path);
        uniqueHostPorts(container, path, new HashSet<>());
        if (container.text("restartPolicy").equals("Always")) {
            handlers.container(container, path);
            return;
        }
        for (String field : RUNNING_ONLY) {
            if (container.at(field).isPresent()) {
                check.forbidden(path.child(field), "may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private void ephemeral(ObjectView container, FieldPath path) {
        common(container, path);
        uniqueName(container, path);
        for (String field : new String[] {
            "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy", "restartPolicy"
        }) {
            if (container.at(field).isPresent()) {
                check.forbidden(path.child(field), "cannot be set for an Ephemeral Container");
            }
        }
    }

    private void uniqueName(ObjectView container, FieldPath path) {
        String name = container.text("name");
        if (!name.isEmpty() && !names.add(name)) {
            check.duplicate(path.child("name"), name);
        }
    }

    private void common(ObjectView container, FieldPath path) {
        check.nonEmpty(container, path, "name", name -> check.label(path.child("name"), name));
        check.nonEmpty(container, path, "image", image -> {
            if (!template && !image.equals(image.strip())) {
                check.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
            }
        });
        check.oneOf(container, path, "terminationMessagePolicy", MESSAGE_POLICIES);
        ports(container, path);
        environment.container(container, path);
        volumes.mounts(container, path);
        check.oneOf(container, path, "imagePullPolicy", PULL_POLICIES);
        check.in(
                container, path, "resources", (resources, at) -> ResourceRules.checkRequirements(check, resources, at));
        check.in(
                container,
                path,
                "securityContext",
                (context, at) -> new SecurityContextValidation(check).container(context, at));
    }

    private void ports(ObjectView container, FieldPath path) {
        Set<String> portNames = new HashSet<>();
        check.each(container, path, "ports", (port, at) -> {
            String name = port.text("name");
            if (!name.isEmpty()) {
                List<String> faults = Names.portName(name);
                check.invalid(at.child("name"), name, faults);
                if (faults.isEmpty() && !portNames.add(name)) {
                    check.duplicate(at.child("name"), name);
                }
            }
            long number = port.number("containerPort").orElse(0L);
            if (number == 0) {
                check.required(at.child("containerPort"));
            } else {
                check.portNumber(at.child("containerPort"), number);
            }
            long hostPort = port.number("hostPort").orElse(0L);
            if (hostPort != 0) {
                check.portNumber(at.child("hostPort"), hostPort);
            }
            check.oneOf(port, at, "protocol", Check.PROTOCOLS);
        });
    }

    private void uniqueHostPorts(ObjectView container, FieldPath path, Set<String> taken) {
        check.each(container, path, "ports", (port, at) -> {
            long hostPort = port.number("hostPort").orElse(0L);
            String key = hostPort + "/" + port.text("hostIP") + "/" + port.text("protocol");
            if (hostPort != 0 && !taken.add(key)) {
                check.duplicate(at.child("hostPort"), key);
            }
        });
    }
}
