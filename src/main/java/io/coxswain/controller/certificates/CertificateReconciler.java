package io.coxswain.controller.certificates;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.ReconcileException;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** The CertificateSigningRequest loop: approves, signs and removes. Requests for signers of others are only ever removed. */
@Dependent
public class CertificateReconciler implements Reconciler {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private final ClusterSigner signer;
    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<JsonObject> requests;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<JsonObject> client;

    @SuppressWarnings("NullAway.Init")
    private NodeApproval approval;

    @Inject
    public CertificateReconciler(ClusterSigner signer, Clock clock) {
        this.signer = signer;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "certificate-controller";
    }

    @Override
    public String queueName() {
        return "certificate";
    }

    @Override
    public void setUp(Watches watches) {
        requests = watches.primary(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS).lister();
        client = watches.client().resource(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS);
        approval = new NodeApproval(watches.client());
    }

    @Override
    public Result reconcile(Key key) throws ReconcileException {
        Optional<JsonObject> found = requests.get("", key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        ObjectView request = new ObjectView(found.get());
        Instant now = clock.instant();
        Optional<Instant> end = Lifetimes.end(request);
        if (end.isPresent() && !end.get().isAfter(now)) {
            remove(request);
            return Result.done();
        }
        if (request.text("status", "certificate").isEmpty()) {
            try {
                if (!has(request, "Approved") && !has(request, "Denied")) {
                    approve(request, now);
                } else if (has(request, "Approved") && !has(request, "Failed")) {
                    sign(request, now);
                }
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        return end.map(time -> Result.after(Duration.between(now, time).plusMillis(1)))
                .orElse(Result.done());
    }

    private static boolean has(ObjectView request, String type) {
        return request.items("status", "conditions").stream()
                .anyMatch(condition -> condition.text("type").equals(type)
                        && condition.text("status").equals("True"));
    }

    private void approve(ObjectView request, Instant now) throws ReconcileException {
        Optional<String> message;
        try {
            message = approval.decide(request);
        } catch (RequestException e) {
            throw new ReconcileException("unable to parse csr \"" + request.name() + "\": " + e.getMessage());
        }
        if (message.isPresent()) {
            JsonObject approved = withCondition(request, "Approved", "AutoApproved", message.get(), now);
            client.updateSubresource("", request.name(), "approval", approved);
        }
    }

    private void sign(ObjectView request, Instant now) {
        String name = request.text("spec", "signerName");
        if (!SignerRules.isOurs(name)) {
            return;
        }
        JsonObject result;
        try {
            CertificateRequest wanted = CertificateRequest.parse(request.text("spec", "request"));
            SignerRules.check(name, wanted, request.strings("spec", "usages"));
            String pem = signer.sign(wanted, request.strings("spec", "usages"), lifetime(request));
            String certificate = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
            result = JsonTrees.set(request.json(), JsonTrees.text(certificate), "status", "certificate");
        } catch (RequestException e) {
            result = withCondition(request, "Failed", "SignerValidationFailure", String.valueOf(e.getMessage()), now);
        }
        client.updateStatus(result);
    }

    private static Duration lifetime(ObjectView request) {
        Duration asked = request.number("spec", "expirationSeconds")
                .map(Duration::ofSeconds)
                .orElse(LONGEST);
        if (asked.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    private static JsonObject withCondition(
            ObjectView request, String type, String reason, String message, Instant now) {
        JsonObject condition = TreeEditor.create()
                .set("type", type)
                .set("status", "True")
                .set("reason", reason)
                .set("message", message)
                .set("lastUpdateTime", Timestamps.of(now))
                .build();
        return TreeEditor.edit(
                request.json(),
                editor -> editor.editOrCreate("status", status -> status.append("conditions", condition)));
    }

    private void remove(ObjectView request) {
        try {
            client.delete("", request.name(), new DeleteOptions(null, null, request.uid(), null));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
