package io.coxswain.admission.resourcequota;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.kinds.quota.QuotaEvaluators;
import io.coxswain.kinds.quota.Usage;
import io.coxswain.kinds.quota.UsageEvaluator;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Charges new objects to the quotas of their namespace and refuses those that would exceed one. The new
 * {@code status.used} commits together with the object, or neither does: however many requests run at once, no quota is
 * ever overrun. Gives nothing back: the quota controller counts again when objects go.
 */
@ApplicationScoped
public class ResourceQuotaAdmission implements ValidatingAdmission {
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.namespaced("", "v1", "resourcequotas", "ResourceQuota", JsonObject.class);

    private final ReadThrough<JsonObject> quotas;
    private final Clock clock;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ResourceQuotaAdmission() {
        this.quotas = null;
        this.clock = null;
    }

    @Inject
    public ResourceQuotaAdmission(CachedReads reads, Clock clock) {
        this.quotas = reads.of(TYPE);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "ResourceQuota";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        if (!attributes.subresource().isEmpty() || attributes.namespace().isEmpty()) {
            return false;
        }
        return attributes.operation() == Operation.CREATE
                || (attributes.operation() == Operation.UPDATE
                        && QuotaEvaluators.of(attributes.resource().groupResource())
                                .chargesUpdates());
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        if (quotas.list(attributes.namespace()).isEmpty()) {
            return;
        }
        UsageEvaluator evaluator = QuotaEvaluators.of(attributes.resource().groupResource());
        ObjectView object = new ObjectView(attributes.object());
        List<ObjectView> concerned = new ArrayList<>();
        // what the cache says may be old by a write or two; charging needs the newest state
        for (JsonObject quota : quotas.liveList(attributes.namespace())) {
            ObjectView view = new ObjectView(quota);
            Set<String> hard = view.object("status", "hard").keySet();
            if (QuotaEvaluators.matches(evaluator, view, hard, object)) {
                requireFacts(attributes, evaluator, view, object);
                concerned.add(view);
            }
        }
        Usage charge = charge(attributes, evaluator);
        if (concerned.isEmpty() || charge.isEmpty()) {
            return;
        }
        Map<ObjectView, Usage> used = new LinkedHashMap<>();
        for (ObjectView quota : concerned) {
            used.put(quota, charged(attributes, quota, charge));
        }
        used.forEach((quota, usage) -> {
            if (!usage.equals(amounts(quota, "used"))) {
                attributes
                        .companions()
                        .update(TYPE.gvr(), JsonTrees.set(quota.json(), usage.toJson(), "status", "used"));
            }
        });
    }

    private static void requireFacts(
            AdmissionAttributes attributes, UsageEvaluator evaluator, ObjectView quota, ObjectView object) {
        Set<String> restricted =
                new TreeSet<>(evaluator.matching(quota.object("status", "hard").keySet()));
        String missing = evaluator.missing(restricted, object);
        if (!missing.isEmpty()) {
            throw attributes.forbidden("failed quota: " + quota.name() + ": " + missing);
        }
        if (!quota.object("status", "used").keySet().containsAll(restricted)) {
            throw attributes.forbidden(
                    "status unknown for quota: " + quota.name() + ", resources: " + String.join(",", restricted));
        }
    }

    /** What the request uses more than before. */
    private Usage charge(AdmissionAttributes attributes, UsageEvaluator evaluator) {
        Usage usage = evaluator.usage(new ObjectView(attributes.object()), clock.instant());
        List<String> negative = usage.negative();
        if (!negative.isEmpty()) {
            throw attributes.forbidden("quota usage is negative for resource(s): " + String.join(",", negative));
        }
        if (attributes.operation() == Operation.UPDATE) {
            usage = usage.minusDownToZero(evaluator.usage(new ObjectView(attributes.oldObject()), clock.instant()));
        }
        return usage.withoutZeros();
    }

    /** The quota's usage after the request. */
    private static Usage charged(AdmissionAttributes attributes, ObjectView quota, Usage charge) {
        Usage hard = amounts(quota, "hard");
        Usage before = amounts(quota, "used");
        Usage requested = charge.only(hard.amounts().keySet());
        Usage after = before.plus(requested);
        List<String> exceeded = after.only(requested.amounts().keySet()).beyond(hard);
        if (!exceeded.isEmpty()) {
            throw attributes.forbidden("exceeded quota: " + quota.name() + ", requested: " + requested.only(exceeded)
                    + ", used: " + before.only(exceeded) + ", limited: " + hard.only(exceeded));
        }
        return after;
    }

    private static Usage amounts(ObjectView quota, String list) {
        return new Usage(ResourceRules.amounts(quota, "status", list));
    }
}
