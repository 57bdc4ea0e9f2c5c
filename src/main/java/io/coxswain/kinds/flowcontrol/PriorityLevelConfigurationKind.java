package io.coxswain.kinds.flowcontrol;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration}. */
@ApplicationScoped
public class PriorityLevelConfigurationKind extends ClusterKind {
    private static final String EXEMPT = "exempt";
    private static final long MOST_QUEUES = 10_000_000;
    /** More bits than that cannot be dealt from one hash. */
    private static final int MOST_ENTROPY_BITS = 60;

    public PriorityLevelConfigurationKind() {
        super(ResourceNames.of(
                "flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration", "prioritylevelconfigurations"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject level) {
        return TreeEditor.edit(
                level,
                editor -> editor.editField(
                        "spec",
                        spec -> spec.editField(
                                        EXEMPT,
                                        exempt -> exempt.setDefault("nominalConcurrencyShares", 0)
                                                .setDefault("lendablePercent", 0))
                                .editField(
                                        "limited",
                                        limited -> limited.setDefault("nominalConcurrencyShares", 30)
                                                .setDefault("lendablePercent", 0)
                                                .editField(
                                                        "limitResponse",
                                                        response -> response.editField(
                                                                "queuing",
                                                                queuing -> queuing.setDefault("queues", 64)
                                                                        .setDefault("handSize", 8)
                                                                        .setDefault("queueLengthLimit", 50))))));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject level) {
        return JsonTrees.set(level, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView level) {
        Check check = new Check();
        FieldPath spec = FieldPath.of("spec");
        String type = level.text("spec", "type");
        check.supported(spec.child("type"), type, List.of("Exempt", "Limited"));
        boolean exempt = type.equals("Exempt");
        if (exempt != level.name().equals(EXEMPT)) {
            check.invalid(spec.child("type"), type, "must be 'Exempt' if and only if `name` is 'exempt'");
        }
        boolean hasLimited = level.at("spec", "limited").isPresent();
        if (exempt) {
            if (hasLimited) {
                check.forbidden(spec.child("limited"), "must be nil if the type is not Limited");
            }
            check.in(new ObjectView(level.object("spec")), spec, EXEMPT, (part, at) -> shares(check, part, at));
        } else if (type.equals("Limited")) {
            if (level.at("spec", EXEMPT).isPresent()) {
                check.forbidden(spec.child(EXEMPT), "must be nil if the type is Limited");
            }
            if (!hasLimited) {
                check.required(spec.child("limited"), "must not be empty when type is Limited");
            }
            check.in(new ObjectView(level.object("spec")), spec, "limited", (part, at) -> limited(check, part, at));
        }
        return check.errors();
    }

    private static void shares(Check check, ObjectView part, FieldPath at) {
        part.number("nominalConcurrencyShares")
                .filter(shares -> shares < 0)
                .ifPresent(shares ->
                        check.invalid(at.child("nominalConcurrencyShares"), shares, "must be a non-negative integer"));
        part.number("lendablePercent")
                .filter(percent -> percent < 0 || percent > 100)
                .ifPresent(percent ->
                        check.invalid(at.child("lendablePercent"), percent, "must be between 0 and 100, inclusive"));
    }

    private static void limited(Check check, ObjectView limited, FieldPath at) {
        shares(check, limited, at);
        limited.number("borrowingLimitPercent")
                .filter(percent -> percent < 0)
                .ifPresent(percent -> check.invalid(
                        at.child("borrowingLimitPercent"), percent, "if specified, must be a non-negative integer"));
        FieldPath response = at.child("limitResponse");
        String type = limited.text("limitResponse", "type");
        check.supported(response.child("type"), type, List.of("Queue", "Reject"));
        boolean hasQueuing = limited.at("limitResponse", "queuing").isPresent();
        if (type.equals("Reject") && hasQueuing) {
            check.forbidden(response.child("queuing"), "must be nil if limited.limitResponse.type is not Limited");
        } else if (type.equals("Queue") && !hasQueuing) {
            check.required(response.child("queuing"), "must not be empty if limited.limitResponse.type is Limited");
        } else if (hasQueuing) {
            queuing(check, new ObjectView(limited.object("limitResponse", "queuing")), response.child("queuing"));
        }
    }

    private static void queuing(Check check, ObjectView queuing, FieldPath at) {
        long queues = queuing.number("queues").orElse(0L);
        long handSize = queuing.number("handSize").orElse(0L);
        long limit = queuing.number("queueLengthLimit").orElse(0L);
        if (limit <= 0) {
            check.invalid(at.child("queueLengthLimit"), limit, "must be positive");
        }
        if (queues <= 0) {
            check.invalid(at.child("queues"), queues, "must be positive");
        } else if (queues > MOST_QUEUES) {
            check.invalid(at.child("queues"), queues, "must not be greater than " + MOST_QUEUES);
        }
        if (handSize <= 0) {
            check.invalid(at.child("handSize"), handSize, "must be positive");
        } else if (handSize > queues) {
            check.invalid(at.child("handSize"), handSize, "should not be greater than queues (" + queues + ")");
        } else if (entropyBits(queues, handSize) > MOST_ENTROPY_BITS) {
            check.invalid(
                    at.child("handSize"),
                    handSize,
                    "required entropy bits of deckSize " + queues + " and handSize " + handSize
                            + " should not be greater than " + MOST_ENTROPY_BITS);
        }
    }

    private static int entropyBits(long deck, long hand) {
        double bits = 0;
        for (long i = 0; i < hand && bits <= MOST_ENTROPY_BITS; i++) {
            bits += Math.log(deck - i) / Math.log(2);
        }
        return (int) Math.ceil(bits);
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Type"),
                TableColumn.text("NominalConcurrencyShares"),
                TableColumn.text("Queues"),
                TableColumn.text("HandSize"),
                TableColumn.text("QueueLengthLimit"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView level, Instant now) {
        ObjectView queuing = new ObjectView(level.object("spec", "limited", "limitResponse", "queuing"));
        return Cells.named(level, now)
                .text(level.text("spec", "type"))
                .text(number(level, "spec", "limited", "nominalConcurrencyShares"))
                .text(number(queuing, "queues"))
                .text(number(queuing, "handSize"))
                .text(number(queuing, "queueLengthLimit"))
                .age()
                .list();
    }

    private static String number(ObjectView object, String... path) {
        return object.number(path).map(String::valueOf).orElse(Cells.NONE);
    }
}
