package io.coxswain.kinds.apps;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class StatefulAndDaemonSetTest {
    private static final String TEMPLATE =
            "template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: 'x:1'}]}}";
    private static final String SET = "metadata: {name: web}\nspec:\n  serviceName: web\n"
            + "  selector: {matchLabels: {app: a}}\n  " + TEMPLATE + "\n";

    @Test
    void statefulSetsGetUpstreamsDefaults() {
        JsonObject set = new StatefulSetKind()
                .defaults(Trees.yaml(SET + "  volumeClaimTemplates:\n"
                        + "  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce]}\n"));
        ObjectView spec = new ObjectView(set.getJsonObject("spec"));
        assertThat(spec.number("replicas")).contains(1L);
        assertThat(spec.number("revisionHistoryLimit")).contains(10L);
        assertThat(spec.text("podManagementPolicy")).isEqualTo("OrderedReady");
        assertThat(spec.object("updateStrategy"))
                .isEqualTo(Trees.yaml("{type: RollingUpdate, rollingUpdate: {partition: 0}}"));
        assertThat(spec.object("persistentVolumeClaimRetentionPolicy"))
                .isEqualTo(Trees.yaml("{whenDeleted: Retain, whenScaled: Retain}"));
        ObjectView claim = spec.items("volumeClaimTemplates").get(0);
        assertThat(claim.kind()).isEqualTo("PersistentVolumeClaim");
        assertThat(claim.text("spec", "volumeMode")).isEqualTo("Filesystem");
        assertThat(claim.text("status", "phase")).isEqualTo("Pending");
    }

    @Test
    void mountsMayNameTheClaimsOfTheSet() {
        String mounting = SET.replace("image: 'x:1'", "image: 'x:1', volumeMounts: [{name: data, mountPath: /d}]");
        assertThatKind(new StatefulSetKind())
                .faults(mounting, "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"data\"")
                .valid(mounting + "  volumeClaimTemplates:\n  - metadata: {name: data}\n"
                        + "    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n");
    }

    @Test
    void aStatefulSetsFaultsAreNamedAsUpstreamNamesThem() {
        assertThatKind(new StatefulSetKind())
                .faults(
                        SET + "  replicas: -1\n  podManagementPolicy: Some\n  updateStrategy: {type: Never}\n",
                        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                        "spec.podManagementPolicy: Invalid value: \"Some\": must be 'OrderedReady' or 'Parallel'",
                        "spec.updateStrategy: Invalid value: {\"type\":\"Never\"}: must be 'RollingUpdate' or 'OnDelete'")
                .faults(
                        SET + "  volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]\n",
                        "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
                        "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value")
                .updateFaults(
                        SET,
                        SET.replace("serviceName: web", "serviceName: other"),
                        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                                + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                                + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
                .updateFaults(SET, SET + "  replicas: 7\n");
        assertThat(new StatefulSetKind().validateName("a.b", false)).hasSize(1);
    }

    @Test
    void aDaemonSetCountsTheChangesOfItsTemplate() {
        DaemonSetKind kind = new DaemonSetKind();
        JsonObject first = kind.prepareForCreate(kind.defaults(Trees.yaml(SET)));
        assertThat(new ObjectView(first).annotations()).containsEntry("deprecated.daemonset.template.generation", "1");
        JsonObject changed = kind.defaults(Trees.yaml(SET.replace("x:1", "x:2")));
        assertThat(new ObjectView(kind.prepareForUpdate(changed, first)).annotations())
                .containsEntry("deprecated.daemonset.template.generation", "2");
        assertThat(new ObjectView(kind.prepareForUpdate(first, first)).annotations())
                .containsEntry("deprecated.daemonset.template.generation", "1");
    }

    @Test
    void aDaemonSetRollsEitherWay() {
        assertThatKind(new DaemonSetKind())
                .valid(SET)
                .valid(SET + "  updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 10%}}\n")
                .faults(
                        SET + "  updateStrategy: {rollingUpdate: {maxUnavailable: 1, maxSurge: 1}}\n",
                        "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when"
                                + " maxUnavailable is non-zero")
                .faults(
                        SET + "  updateStrategy: {rollingUpdate: {maxUnavailable: 0}}\n",
                        "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0")
                .row("""
                        metadata: {name: proxy}
                        spec: {selector: {matchLabels: {app: p}}, template: {spec: {nodeSelector: {a: b}}}}
                        status: {desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1}
                        """, "proxy | 3 | 2 | 1 | 0 | 0 | a=b | <unknown> |  |  | app=p");
    }

    @Test
    void controllerRevisionsNeverChange() {
        assertThatKind(new ControllerRevisionKind())
                .faults(
                        "{metadata: {name: a}, revision: -1}",
                        "data: Required value: data is mandatory",
                        "revision: Invalid value: -1: must be greater than or equal to 0")
                .updateFaults(
                        "{data: {a: 1}, revision: 1}",
                        "{data: {a: 2}, revision: 2}",
                        "data: Invalid value: {\"a\":2}: field is immutable")
                .row("""
                        metadata:
                          name: web-1
                          ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: web, controller: true}]
                        revision: 3
                        """, "web-1 | statefulset.apps/web | 3 | <unknown>");
    }
}
