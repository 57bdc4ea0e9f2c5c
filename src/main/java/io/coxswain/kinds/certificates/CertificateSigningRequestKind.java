package io.coxswain.kinds.certificates;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code certificates.k8s.io/v1 CertificateSigningRequest}. Who asks is set at admission, not here. */
@ApplicationScoped
public class CertificateSigningRequestKind extends ClusterKind {
    private static final FieldPath CONDITIONS = FieldPath.of("status", "conditions");

    private final Clock clock;

    @Inject
    public CertificateSigningRequestKind(Clock clock) {
        super(ResourceNames.of("certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests")
                .shortNames("csr"));
        this.clock = clock;
    }

    /** For CDI's proxies. */
    protected CertificateSigningRequestKind() {
        this(Clock.systemUTC());
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject request) {
        return TreeEditor.edit(request, editor -> editor.editOrCreate("status", status -> {}));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject request) {
        return JsonTrees.set(request, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    /** What was asked for once does not change. */
    @Override
    public JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        JsonValue spec = old.get("spec");
        return spec == null ? now : JsonTrees.with(now, "spec", spec);
    }

    /** Approval has a subresource of its own: its conditions stay as they are. */
    @Override
    public JsonObject prepareForStatusUpdate(JsonObject now, JsonObject old) {
        return CertificateConditions.stamp(CertificateConditions.keepDecisions(now, old), old, clock.instant());
    }

    @Override
    public List<FieldError> validate(ObjectView request) {
        Check check = new Check();
        new RequestRules(check).spec(new ObjectView(request.object("spec")));
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        CertificateConditions.check(check, now, CONDITIONS);
        RequestRules.certificate(check, now.text("status", "certificate"));
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Age"),
                TableColumn.text("SignerName"),
                TableColumn.text("Requestor"),
                TableColumn.text("RequestedDuration"),
                TableColumn.text("Condition"));
    }

    @Override
    public List<JsonValue> cells(ObjectView request, Instant now) {
        String signer = request.text("spec", "signerName");
        return Cells.named(request, now)
                .age()
                .textOrNone(signer)
                .text(request.text("spec", "username"))
                .textOrNone(request.number("spec", "expirationSeconds")
                        .map(seconds -> HumanDuration.of(Duration.ofSeconds(seconds)))
                        .orElse(""))
                .text(CertificateConditions.shown(request))
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.signerName");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView request) {
        return Map.of("spec.signerName", request.text("spec", "signerName"));
    }
}
