package io.coxswain.kinds.certificates;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** {@code certificatesigningrequests/approval}: the one way to approve or deny a request. */
@ApplicationScoped
public class CertificateApproval implements Subresource.Change {
    private static final GroupResource REQUESTS =
            new GroupResource("certificates.k8s.io", "certificatesigningrequests");
    private static final GroupVersionKind KIND =
            new GroupVersionKind("certificates.k8s.io", "v1", "CertificateSigningRequest");
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");

    private final Clock clock;

    @Inject
    public CertificateApproval(Clock clock) {
        this.clock = clock;
    }

    /** For CDI's proxies. */
    protected CertificateApproval() {
        this(Clock.systemUTC());
    }

    @Override
    public GroupResource parent() {
        return REQUESTS;
    }

    @Override
    public String name() {
        return "approval";
    }

    @Override
    public GroupVersionKind kind() {
        return KIND;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("get", "patch", "update");
    }

    @Override
    public JsonObject apply(JsonObject parent, JsonObject body) {
        ObjectView old = new ObjectView(parent);
        ObjectView sent = new ObjectView(body);
        String version = sent.resourceVersion();
        if (!version.isEmpty() && !version.equals(old.resourceVersion())) {
            throw ApiException.modified(REQUESTS, old.name());
        }
        JsonObject changed = sent.array("status", "conditions").isEmpty()
                ? JsonTrees.remove(parent, "status", "conditions")
                : JsonTrees.set(parent, sent.array("status", "conditions"), "status", "conditions");
        List<FieldError> errors = faults(new ObjectView(changed), old);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(KIND, old.name(), errors);
        }
        JsonObject stamped = CertificateConditions.stamp(changed, parent, clock.instant());
        return Subresource.Change.withMetadataOf(body, stamped);
    }

    /** A decision that has been made stays made. */
    private static List<FieldError> faults(ObjectView now, ObjectView old) {
        Check check = new Check();
        FieldPath path = FieldPath.of("status", "conditions");
        CertificateConditions.check(check, now, path);
        for (String type : DECISIONS) {
            if (has(old, type) && !has(now, type)) {
                check.forbidden(path, "updates may not remove a condition of type \"" + type + "\"");
            }
        }
        return check.errors();
    }

    private static boolean has(ObjectView request, String type) {
        return request.items("status", "conditions").stream()
                .anyMatch(condition -> condition.text("type").equals(type));
    }
}
