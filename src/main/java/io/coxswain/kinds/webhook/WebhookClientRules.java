package io.coxswain.kinds.webhook;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import java.net.URI;
import java.net.URISyntaxException;

/** Checks how the server is to reach a webhook: by an HTTPS address, or as a service. */
public final class WebhookClientRules {
    private static final String EXACTLY_ONE = "exactly one of url or service is required";

    private WebhookClientRules() {}

    public static void defaults(TreeEditor clientConfig) {
        clientConfig.editField("service", service -> service.setDefault("port", 443));
    }

    public static void check(Check check, ObjectView client, FieldPath path) {
        boolean url = client.at("url").isPresent();
        boolean service = client.at("service").isPresent();
        if (url == service) {
            check.required(path.child("url"), EXACTLY_ONE);
        } else if (url) {
            url(check, client.text("url"), path.child("url"));
        } else {
            service(check, new ObjectView(client.object("service")), path.child("service"));
        }
    }

    /** A service with a name, a namespace, a port and perhaps a path. */
    public static void service(Check check, ObjectView service, FieldPath path) {
        check.nonEmpty(service, path, "name", null);
        check.nonEmpty(service, path, "namespace", null);
        service.number("port")
                .filter(port -> port < 1 || port > 65535)
                .ifPresent(port -> check.invalid(
                        path.child("port"), port, "port is not valid: must be between 1 and 65535, inclusive"));
        String route = service.text("path");
        if (route.isEmpty()) {
            return;
        }
        FieldPath at = path.child("path");
        if (!route.startsWith("/")) {
            check.invalid(at, route, "must start with a '/'");
        }
        String[] steps = route.substring(Math.min(1, route.length())).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty()) {
                if (i < steps.length - 1 || steps.length == 1 && !route.equals("/")) {
                    check.invalid(at, route, "segment[" + i + "] may not be empty");
                }
            } else if (!Names.dns1123Subdomain(steps[i]).isEmpty()) {
                check.invalid(
                        at,
                        route,
                        "segment[" + i + "]: "
                                + Names.dns1123Subdomain(steps[i]).get(0));
            }
        }
    }

    private static void url(Check check, String text, FieldPath path) {
        String form = "; desired format: https://host[/path]";
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException malformed) {
            check.required(path, "url must be a valid URL: " + malformed.getMessage() + form);
            return;
        }
        if (!"https".equals(address.getScheme())) {
            check.invalid(path, text, "'https' is the only allowed URL scheme" + form);
        }
        if (address.getRawAuthority() == null || address.getRawAuthority().isEmpty()) {
            check.invalid(path, text, "host must be specified" + form);
        }
        if (address.getRawUserInfo() != null) {
            check.invalid(path, address.getRawUserInfo(), "user information is not permitted in the URL");
        }
        if (address.getRawFragment() != null) {
            check.invalid(path, address.getRawFragment(), "fragments are not permitted in the URL");
        }
        if (address.getRawQuery() != null) {
            check.invalid(path, address.getRawQuery(), "query parameters are not permitted in the URL");
        }
    }
}
