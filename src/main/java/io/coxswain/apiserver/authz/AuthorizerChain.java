package io.coxswain.apiserver.authz;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Decision;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Asks every authorizer in order; the first that allows or denies decides. Thread-safe. */
@ApplicationScoped
public class AuthorizerChain {
    private final List<Authorizer> authorizers;

    /** For CDI's proxy. */
    protected AuthorizerChain() {
        this(List.of());
    }

    @Inject
    public AuthorizerChain(@Any Instance<Authorizer> found) {
        this(found.stream().toList());
    }

    public AuthorizerChain(List<Authorizer> authorizers) {
        this.authorizers = authorizers.stream()
                .sorted(Comparator.comparingInt(Authorizer::order))
                .toList();
    }

    /** The decision; {@link Verdict#NO_OPINION}, with the reasons of all, if nobody allows or denies. */
    public Decision authorize(Attributes attributes) {
        List<String> reasons = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            Decision decision = authorizer.authorize(attributes);
            if (!decision.reason().isEmpty()) {
                reasons.add(decision.reason());
            }
            if (decision.verdict() != Verdict.NO_OPINION) {
                return new Decision(decision.verdict(), String.join("\n", reasons));
            }
        }
        return new Decision(Verdict.NO_OPINION, String.join("\n", reasons));
    }

    /** @throws ApiException 403, worded as upstream, unless the request is allowed */
    public void require(Attributes attributes) {
        Decision decision = authorize(attributes);
        if (decision.verdict() != Verdict.ALLOW) {
            throw forbidden(attributes, decision.reason());
        }
    }

    /** The 403 for a request that is not allowed. */
    public static ApiException forbidden(Attributes attributes, String reason) {
        RequestInfo request = attributes.request();
        String why = escape(describe(attributes)) + (reason.isEmpty() ? "" : ": " + reason);
        if (!request.isResource()) {
            return ApiException.forbidden("forbidden: " + why);
        }
        return ApiException.forbidden(new GroupResource(request.group(), request.resource()), request.name(), why);
    }

    private static String describe(Attributes attributes) {
        RequestInfo request = attributes.request();
        String user = "User \"" + attributes.user().name() + "\" cannot " + request.verb();
        if (!request.isResource()) {
            return user + " path \"" + request.path() + "\"";
        }
        String resource =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        String what = user + " resource \"" + resource + "\" in API group \"" + request.group() + "\"";
        return request.namespace().isEmpty()
                ? what + " at the cluster scope"
                : what + " in the namespace \"" + request.namespace() + "\"";
    }

    /** The text may be shown by a browser. */
    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
