package io.coxswain.kinds.certificates;

import io.coxswain.kinds.ParentUpdate;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.Set;

/** {@code certificatesigningrequests/approval}: the one way to approve or deny a request. */
@ApplicationScoped
public class CertificateApproval extends ParentUpdate {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");

    private final Clock clock;

    @Inject
    public CertificateApproval(Clock clock) {
        super(
                new GroupResource("certificates.k8s.io", "certificatesigningrequests"),
                "approval",
                new GroupVersionKind("certificates.k8s.io", "v1", "CertificateSigningRequest"),
                Set.of("get", "patch", "update"));
        this.clock = clock;
    }

    /** For CDI's proxies. */
    protected CertificateApproval() {
        this(Clock.systemUTC());
    }

    @Override
    protected JsonObject change(Check check, ObjectView old, ObjectView sent) {
        JsonObject changed = sent.array("status", "conditions").isEmpty()
                ? JsonTrees.remove(old.json(), "status", "conditions")
                : JsonTrees.set(old.json(), sent.array("status", "conditions"), "status", "conditions");
        check(check, new ObjectView(changed), old);
        return withMetadata(sent, CertificateConditions.stamp(changed, old.json(), clock.instant()));
    }

    /** A decision that has been made stays made. */
    private static void check(Check check, ObjectView now, ObjectView old) {
        FieldPath path = FieldPath.of("status", "conditions");
        CertificateConditions.check(check, now, path);
        for (String type : DECISIONS) {
            if (has(old, type) && !has(now, type)) {
                check.forbidden(path, "updates may not remove a condition of type \"" + type + "\"");
            }
        }
    }

    private static boolean has(ObjectView request, String type) {
        return request.items("status", "conditions").stream()
                .anyMatch(condition -> condition.text("type").equals(type));
    }
}
