package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.claim.ClaimDefaults;
import io.coxswain.kinds.claim.ClaimRules;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.StatusCounts;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.kinds.workload.WorkloadKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code apps/v1 StatefulSet}. */
@ApplicationScoped
public class StatefulSetKind extends WorkloadKind {
    private static final List<String> CHANGEABLE = List.of(
            "replicas",
            "template",
            "updateStrategy",
            "minReadySeconds",
            "ordinals",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy");
    private static final String FORBIDDEN_CHANGE =
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy',"
                    + " 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    private static final List<String> RETENTIONS = List.of("Delete", "Retain");

    public StatefulSetKind() {
        super(ResourceNames.of("apps", "v1", "StatefulSet", "statefulsets")
                .shortNames("sts")
                .categories("all"));
    }

    @Override
    public Optional<ScalePaths> scale() {
        return Optional.of(ScalePaths.STANDARD);
    }

    /** Pods get the set's name as their host name. */
    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.dns1123Label(name, prefix);
    }

    @Override
    public JsonObject defaults(JsonObject set) {
        return TreeEditor.edit(set, editor -> {
            editor.editField("spec", StatefulSetKind::specDefaults);
            editor.editOrCreate(
                    "status", status -> status.setDefault("replicas", 0).setDefault("availableReplicas", 0));
        });
    }

    private static void specDefaults(TreeEditor spec) {
        spec.setDefault("podManagementPolicy", "OrderedReady")
                .setDefault("replicas", 1)
                .setDefault("revisionHistoryLimit", 10)
                .setDefault("serviceName", "");
        spec.editOrCreate("updateStrategy", strategy -> {
            if (strategy.text("type").isEmpty()) {
                strategy.set("type", "RollingUpdate").editOrCreate("rollingUpdate", rolling -> {});
            }
            if (strategy.text("type").equals("RollingUpdate")) {
                // maxUnavailable is alpha in 1.34, and dropped while its feature gate is off
                strategy.editField(
                        "rollingUpdate",
                        rolling -> rolling.setDefault("partition", 0).remove("maxUnavailable"));
            }
        });
        spec.editOrCreate(
                "persistentVolumeClaimRetentionPolicy",
                policy -> policy.setDefault("whenDeleted", "Retain").setDefault("whenScaled", "Retain"));
        spec.editField("template", PodSpecDefaults::ofTemplate);
        spec.editItems("volumeClaimTemplates", ClaimDefaults::ofTemplate);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject set) {
        return JsonTrees.set(
                set,
                TreeEditor.create()
                        .set("replicas", 0)
                        .set("availableReplicas", 0)
                        .build(),
                "status");
    }

    @Override
    public List<FieldError> validate(ObjectView set) {
        Check check = new Check();
        ObjectView spec = new ObjectView(set.object("spec"));
        FieldPath path = WorkloadRules.SPEC;
        String policy = spec.text("podManagementPolicy");
        if (policy.isEmpty()) {
            check.required(path.child("podManagementPolicy"));
        } else if (!policy.equals("OrderedReady") && !policy.equals("Parallel")) {
            check.invalid(path.child("podManagementPolicy"), policy, "must be 'OrderedReady' or 'Parallel'");
        }
        check.in(spec, path, "updateStrategy", (strategy, at) -> strategy(check, strategy, at));
        check.in(spec, path, "persistentVolumeClaimRetentionPolicy", (retention, at) -> {
            check.oneOf(retention, at, "whenDeleted", RETENTIONS);
            check.oneOf(retention, at, "whenScaled", RETENTIONS);
        });
        check.each(
                spec,
                path,
                "volumeClaimTemplates",
                (claim, at) -> ClaimRules.checkSpec(check, new ObjectView(claim.object("spec")), at.child("spec")));
        check.nonNegative(spec, path, "replicas");
        check.nonNegative(spec, path, "minReadySeconds");
        check.in(spec, path, "ordinals", (ordinals, at) -> check.nonNegative(ordinals, at, "start"));
        WorkloadRules.checkSelector(check, spec, "statefulset");
        ObjectView template = withClaims(spec);
        WorkloadRules.checkMatch(check, spec, template);
        WorkloadRules.checkTemplate(check, template, "StatefulSet");
        return check.errors();
    }

    private static void strategy(Check check, ObjectView strategy, FieldPath path) {
        switch (strategy.text("type")) {
            case "" -> check.required(path);
            case "OnDelete" -> {
                if (strategy.at("rollingUpdate").isPresent()) {
                    check.invalid(
                            path.child("rollingUpdate"),
                            strategy.object("rollingUpdate"),
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" ->
                check.in(strategy, path, "rollingUpdate", (rolling, at) -> check.nonNegative(rolling, at, "partition"));
            default -> check.invalid(path, strategy.json(), "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    /** The template with a volume for each claim: mounts may name the claims. */
    private static ObjectView withClaims(ObjectView spec) {
        JsonObject template = spec.object("template");
        List<ObjectView> claims = spec.items("volumeClaimTemplates");
        if (claims.isEmpty()) {
            return new ObjectView(template);
        }
        Set<String> names = new HashSet<>();
        claims.forEach(claim -> names.add(claim.name()));
        List<JsonValue> volumes = new ArrayList<>();
        for (JsonValue volume : new ObjectView(template).array("spec", "volumes")) {
            boolean hidden = volume instanceof JsonObject object && names.contains(new ObjectView(object).text("name"));
            if (!hidden) {
                volumes.add(volume);
            }
        }
        for (String name : names) {
            volumes.add(TreeEditor.create()
                    .set("name", name)
                    .set(
                            "persistentVolumeClaim",
                            TreeEditor.create().set("claimName", "claim").build())
                    .build());
        }
        return new ObjectView(TreeEditor.edit(
                template, editor -> editor.editField("spec", pod -> pod.set("volumes", JsonTrees.array(volumes)))));
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        JsonObject before = old.object("spec");
        JsonObject after = TreeEditor.edit(now.object("spec"), spec -> {
            for (String field : CHANGEABLE) {
                JsonValue value = before.get(field);
                if (value == null) {
                    spec.remove(field);
                } else {
                    spec.set(field, value);
                }
            }
        });
        return TreeDifference.isNone(before, after)
                ? List.of()
                : List.of(FieldError.forbidden(WorkloadRules.SPEC, FORBIDDEN_CHANGE));
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return StatusCounts.check(
                now,
                List.of(
                        "replicas",
                        "readyReplicas",
                        "currentReplicas",
                        "updatedReplicas",
                        "availableReplicas",
                        "observedGeneration",
                        "collisionCount"),
                "replicas",
                List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"));
    }

    @Override
    protected List<TableColumn> ownColumns() {
        return List.of(TableColumn.text("Ready"));
    }

    @Override
    protected void ownCells(Cells cells, ObjectView set) {
        cells.text(set.number("status", "readyReplicas").orElse(0L) + "/"
                + set.number("spec", "replicas").orElse(0L));
    }

    @Override
    protected boolean showsSelector() {
        return false;
    }
}
