package io.coxswain.authz.node;

import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.node.NodePods.Referent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/**
 * What a kubelet ({@code system:node:<name>} in {@code system:nodes}) may do: read what the pods on its node refer to, report
 * on itself and on those pods, and a few things that every kubelet needs. Stricter than upstream in one point: writes to Node
 * and Pod objects are held to the node's own here, where upstream leaves that to the NodeRestriction plugin.
 */
@ApplicationScoped
public class NodeAuthorizer implements Authorizer {
    private static final String USER_PREFIX = "system:node:";
    private static final String LOCAL_PATH_NODE = "local-path.coxswain.io/node";
    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> WRITE = Set.of("update", "patch");

    /** What does not depend on the node. */
    private static final List<PolicyRule> ALWAYS = List.of(
            rule("authentication.k8s.io", "tokenreviews", "create"),
            rule("authorization.k8s.io", "subjectaccessreviews", "create"),
            rule("authorization.k8s.io", "localsubjectaccessreviews", "create"),
            rule("", "services", "get", "list", "watch"),
            rule("", "events", "create", "update", "patch"),
            rule("events.k8s.io", "events", "create", "update", "patch"),
            rule("", "endpoints", "get"),
            rule("certificates.k8s.io", "certificatesigningrequests", "create", "get", "list", "watch"),
            rule("storage.k8s.io", "csidrivers", "get", "list", "watch"),
            rule("node.k8s.io", "runtimeclasses", "get", "list", "watch"));

    private final NodePods pods;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NodeAuthorizer() {
        this.pods = null;
    }

    @Inject
    public NodeAuthorizer(NodePods pods) {
        this.pods = pods;
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public Decision authorize(Attributes attributes) {
        UserInfo user = attributes.user();
        RequestInfo request = attributes.request();
        if (!user.name().startsWith(USER_PREFIX)
                || !user.groups().contains(UserInfo.GROUP_NODES)
                || !request.isResource()) {
            return Decision.NO_OPINION;
        }
        String node = user.name().substring(USER_PREFIX.length());
        if (node.isEmpty()) {
            return Decision.NO_OPINION;
        }
        if (request.group().isEmpty()) {
            switch (request.resource()) {
                case "nodes":
                    return node(node, attributes);
                case "pods":
                    return pod(node, attributes);
                case "secrets":
                    return reference(node, attributes, Referent.SECRET, READ);
                case "configmaps":
                    return reference(node, attributes, Referent.CONFIG_MAP, READ);
                case "persistentvolumeclaims":
                    return claim(node, attributes);
                case "persistentvolumes":
                    return volume(node, attributes);
                case "serviceaccounts":
                    return token(node, request);
                default:
                    break;
            }
        }
        if (request.group().equals("coordination.k8s.io") && request.resource().equals("leases")) {
            return lease(node, request);
        }
        if (request.group().equals("storage.k8s.io") && request.resource().equals("csinodes")) {
            return own(node, request, "can only access CSINode with the same name as the requesting node");
        }
        return ALWAYS.stream().anyMatch(rule -> rule.allows(request)) ? Decision.allow("") : Decision.NO_OPINION;
    }

    private static Decision node(String node, Attributes attributes) {
        RequestInfo request = attributes.request();
        String name = nameOf(attributes);
        if (request.subresource().isEmpty()) {
            if (request.verb().equals("create")) {
                return Decision.allow("");
            }
            if (READ.contains(request.verb()) || WRITE.contains(request.verb())) {
                if (name.equals(node)) {
                    return Decision.allow("");
                }
                return no(
                        name.isEmpty()
                                ? "node '" + node + "' cannot read all nodes, only its own Node object"
                                : "node '" + node + "' cannot read '" + name + "', only its own Node object");
            }
        } else if (request.subresource().equals("status") && WRITE.contains(request.verb())) {
            return name.equals(node)
                    ? Decision.allow("")
                    : no("node '" + node + "' cannot change the status of '" + name + "', only of its own Node object");
        }
        return Decision.NO_OPINION;
    }

    private Decision pod(String node, Attributes attributes) {
        RequestInfo request = attributes.request();
        String operation = request.subresource() + ":" + request.verb();
        switch (operation) {
            case ":create":
                return Decision.allow("");
            case ":list", ":watch":
                if (selects(attributes.fieldSelector(), "spec.nodeName", node)) {
                    return Decision.allow("");
                }
                return related(node, request, nameOf(attributes), Referent.POD)
                        ? Decision.allow("")
                        : no("can only list/watch pods with spec.nodeName field selector");
            case ":get", ":delete", "status:update", "status:patch", "eviction:create":
                return related(node, request, request.name(), Referent.POD)
                        ? Decision.allow("")
                        : no("no relationship found between node '" + node + "' and this object");
            default:
                return Decision.NO_OPINION;
        }
    }

    private Decision reference(String node, Attributes attributes, Referent kind, Set<String> verbs) {
        RequestInfo request = attributes.request();
        if (!verbs.contains(request.verb())) {
            return no("can only read resources of this type");
        }
        if (!request.subresource().isEmpty()) {
            return no("cannot read subresource");
        }
        String name = nameOf(attributes);
        if (name.isEmpty()) {
            return no("No Object name found");
        }
        if (request.namespace().isEmpty()) {
            return no("can only read namespaced object of this type");
        }
        return related(node, request, name, kind)
                ? Decision.allow("")
                : no("no relationship found between node '" + node + "' and this object");
    }

    private Decision claim(String node, Attributes attributes) {
        RequestInfo request = attributes.request();
        boolean status = request.subresource().equals("status") && WRITE.contains(request.verb());
        boolean get = request.verb().equals("get");
        if (!status
                && !(get
                        && (request.subresource().isEmpty()
                                || request.subresource().equals("status")))) {
            return no("can only get individual resources of this type");
        }
        return related(node, request, request.name(), Referent.PERSISTENT_VOLUME_CLAIM)
                ? Decision.allow("")
                : no("no relationship found between node '" + node + "' and this object");
    }

    /** Volumes that its pods claim, and beyond upstream a watch on those that are directories of the node. */
    private Decision volume(String node, Attributes attributes) {
        RequestInfo request = attributes.request();
        boolean all = request.verb().equals("list") || request.verb().equals("watch");
        if (all && request.name().isEmpty()) {
            // Values in parentheses are separated by commas as well, so such a selector is not taken apart.
            String labels = attributes.labelSelector();
            return !labels.contains("(") && selects(labels, LOCAL_PATH_NODE, node)
                    ? Decision.allow("")
                    : no("can only list/watch persistentvolumes with the label selector " + LOCAL_PATH_NODE + "="
                            + node);
        }
        if (!request.verb().equals("get") || !request.subresource().isEmpty()) {
            return no("can only get individual resources of this type");
        }
        return pods.refers(node, Referent.PERSISTENT_VOLUME, "", request.name())
                ? Decision.allow("")
                : no("no relationship found between node '" + node + "' and this object");
    }

    private Decision token(String node, RequestInfo request) {
        if (!request.verb().equals("create") || !request.subresource().equals("token")) {
            return no("can only create tokens for individual service accounts");
        }
        return related(node, request, request.name(), Referent.SERVICE_ACCOUNT)
                ? Decision.allow("")
                : no("no relationship found between node '" + node + "' and this object");
    }

    private static Decision lease(String node, RequestInfo request) {
        if (!request.namespace().equals("kube-node-lease")) {
            return no("can only access leases in the \"kube-node-lease\" system namespace");
        }
        return own(node, request, "can only access node lease with the same name as the requesting node");
    }

    /** The node's own object by name; a create may come without the name, which the object then carries. */
    private static Decision own(String node, RequestInfo request, String otherwise) {
        if (!Set.of("get", "create", "update", "patch", "delete").contains(request.verb())
                || !request.subresource().isEmpty()) {
            return no("can only get, create, update, patch, or delete a "
                    + (request.resource().equals("leases") ? "node lease" : "CSINode"));
        }
        boolean same = request.name().equals(node)
                || (request.verb().equals("create") && request.name().isEmpty());
        return same ? Decision.allow("") : no(otherwise);
    }

    private boolean related(String node, RequestInfo request, String name, Referent kind) {
        return !name.isEmpty() && !request.namespace().isEmpty() && pods.refers(node, kind, request.namespace(), name);
    }

    /** The name in the path, or the one that a list's field selector asks for. */
    private static String nameOf(Attributes attributes) {
        String name = attributes.request().name();
        return name.isEmpty() ? selected(attributes.fieldSelector(), "metadata.name") : name;
    }

    private static boolean selects(String selector, String field, String value) {
        return selected(selector, field).equals(value);
    }

    /** The value that a selector of fields or labels demands of a field with {@code =} or {@code ==}; {@code ""} if it demands none. */
    private static String selected(String selector, String field) {
        for (String term : selector.split(",")) {
            int equals = term.indexOf('=');
            if (equals > 0 && term.substring(0, equals).equals(field)) {
                String value = term.substring(equals + 1);
                return value.startsWith("=") ? value.substring(1) : value;
            }
        }
        return "";
    }

    private static Decision no(String reason) {
        return new Decision(Verdict.NO_OPINION, reason);
    }

    private static PolicyRule rule(String group, String resource, String... verbs) {
        return new PolicyRule(List.of(verbs), List.of(group), List.of(resource), List.of(), List.of());
    }
}
