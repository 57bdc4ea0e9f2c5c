package io.coxswain.kinds.networking;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.IpAddresses;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import java.util.List;

/** Checks the spec of one Ingress. */
final class IngressRules {
    static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final List<String> BAD_SEQUENCES = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> BAD_ENDS = List.of("/..", "/.");
    private static final String WILDCARD_RULE =
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of"
                    + " lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g."
                    + " '*.example.com', regex used for validation is"
                    + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private final Check check;

    IngressRules(Check check) {
        this.check = check;
    }

    void spec(ObjectView ingress) {
        ObjectView spec = new ObjectView(ingress.object("spec"));
        String annotated = ingress.annotations().get(CLASS_ANNOTATION);
        if (annotated != null && spec.at("ingressClassName").isPresent()) {
            check.invalid(
                    FieldPath.of("annotations").child(CLASS_ANNOTATION),
                    annotated,
                    "can not be set when the class field is also set");
        }
        check.each(spec, SPEC, "tls", (tls, at) -> {
            List<String> hosts = tls.strings("hosts");
            for (int i = 0; i < hosts.size(); i++) {
                hostName(hosts.get(i), at.child("hosts").index(i));
            }
            String secret = tls.text("secretName");
            if (!secret.isEmpty()) {
                check.subdomain(at.child("secretName"), secret);
            }
        });
        boolean backend = spec.at("defaultBackend").isPresent();
        if (spec.array("rules").isEmpty() && !backend) {
            check.invalid(SPEC, spec.array("rules"), "either `defaultBackend` or `rules` must be specified");
        }
        check.in(spec, SPEC, "defaultBackend", this::backend);
        check.each(spec, SPEC, "rules", this::rule);
        if (spec.at("ingressClassName").isPresent()) {
            check.subdomain(SPEC.child("ingressClassName"), spec.text("ingressClassName"));
        }
    }

    private void hostName(String host, FieldPath path) {
        if (host.contains("*")) {
            boolean wild = host.startsWith("*.")
                    && Names.dns1123Subdomain(host.substring(2)).isEmpty();
            if (!wild) {
                check.invalid(path, host, WILDCARD_RULE);
            }
        } else {
            check.subdomain(path, host);
        }
    }

    private void rule(ObjectView rule, FieldPath path) {
        String host = rule.text("host");
        if (!host.isEmpty()) {
            if (IpAddresses.isValid(host)) {
                check.invalid(path.child("host"), host, "must be a DNS name, not an IP address");
            }
            hostName(host, path.child("host"));
        }
        check.in(rule, path, "http", (http, at) -> {
            if (http.array("paths").isEmpty()) {
                check.required(at.child("paths"));
            }
            check.each(http, at, "paths", this::path);
        });
    }

    private void path(ObjectView path, FieldPath at) {
        String text = path.text("path");
        switch (path.text("pathType")) {
            case "" -> check.required(at.child("pathType"), "pathType must be specified");
            case "Exact", "Prefix" -> {
                if (!text.startsWith("/")) {
                    check.invalid(at.child("path"), text, "must be an absolute path");
                }
                for (String bad : BAD_SEQUENCES) {
                    if (text.contains(bad)) {
                        check.invalid(at.child("path"), text, "must not contain '" + bad + "'");
                    }
                }
                for (String bad : BAD_ENDS) {
                    if (text.endsWith(bad)) {
                        check.invalid(at.child("path"), text, "cannot end with '" + bad + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!text.isEmpty() && !text.startsWith("/")) {
                    check.invalid(at.child("path"), text, "must be an absolute path");
                }
            }
            default -> check.supported(at.child("pathType"), path.text("pathType"), PATH_TYPES);
        }
        if (path.at("backend").isEmpty()) {
            check.required(at.child("backend"), "");
        }
        check.in(path, at, "backend", this::backend);
    }

    private void backend(ObjectView backend, FieldPath path) {
        boolean service = backend.at("service").isPresent();
        boolean resource = backend.at("resource").isPresent();
        if (resource && service) {
            check.invalid(path, "", "cannot set both resource and service backends");
            return;
        }
        if (!resource && !service) {
            check.required(path, "must specify a service or resource backend");
        }
        check.in(backend, path, "resource", (reference, at) -> {
            check.nonEmpty(reference, at, "kind", null);
            check.nonEmpty(reference, at, "name", null);
        });
        check.in(backend, path, "service", (target, at) -> {
            check.nonEmpty(target, at, "name", name -> {
                check.invalid(at.child("name"), name, Names.dns1035Label(name));
            });
            port(new ObjectView(target.object("port")), path);
        });
    }

    private void port(ObjectView port, FieldPath backend) {
        String name = port.text("name");
        long number = port.number("number").orElse(0L);
        if (!name.isEmpty() && number != 0) {
            check.invalid(backend, "", "cannot set both port name & port number");
            return;
        }
        FieldPath path = backend.child("service").child("port");
        if (name.isEmpty() && number == 0) {
            check.required(backend, "port name or number is required");
        } else if (!name.isEmpty()) {
            check.invalid(path.child("name"), name, Names.portName(name));
        } else {
            check.portNumber(path.child("number"), number);
        }
    }
}
