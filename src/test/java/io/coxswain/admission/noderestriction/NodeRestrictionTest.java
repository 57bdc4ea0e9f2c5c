package io.coxswain.admission.noderestriction;

import static io.coxswain.admission.AdmissionFixture.by;
import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.GroupVersionResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeRestrictionTest {
    private static final UserInfo NODE = UserInfo.of("system:node:n1", "system:nodes", "system:authenticated");
    private static final GroupVersionResource LEASES = new GroupVersionResource("coordination.k8s.io", "v1", "leases");
    private static final GroupVersionResource CSI_NODES = new GroupVersionResource("storage.k8s.io", "v1", "csinodes");
    private static final String MIRROR = "{kind: Pod, metadata: {name: p, namespace: dev, annotations:"
            + " {kubernetes.io/config.mirror: x}, ownerReferences: [OWNER]}, spec: {nodeName: n1, MORE}}";
    private static final String OWNER = "{apiVersion: v1, kind: Node, name: n1, uid: u1, controller: true}";

    private final AdmissionFixture fixture = new AdmissionFixture();
    private final NodeRestriction plugin = new NodeRestriction(fixture.reads);

    private void admit(AdmissionAttributes request) {
        admit("", request);
    }

    private void admit(String subresource, AdmissionAttributes request) {
        AdmissionAttributes asked = by(NODE, subresource, request);
        assertThat(plugin.handles(asked)).isTrue();
        if (asked.operation() == Operation.DELETE) {
            plugin.validate(asked);
        } else {
            assertThat(plugin.admit(asked)).isSameAs(asked.object());
        }
    }

    private static String node(String name, String labels, String spec) {
        return "{kind: Node, metadata: {name: " + name + ", labels: " + labels + "}, spec: " + spec + "}";
    }

    private static String pod(String node, String more) {
        return "{kind: Pod, metadata: {name: p, namespace: dev" + more + "}, spec: {nodeName: " + node + "}}";
    }

    @Test
    void othersAreNotRestricted() {
        AdmissionAttributes request = fixture.create(core("nodes"), node("n2", "{}", "{}"));

        assertThat(plugin.handles(request)).isFalse();
        assertThat(plugin.handles(by(UserInfo.of("system:node:n1"), "", request)))
                .isFalse();
        assertThat(refusal(() -> plugin.admit(by(UserInfo.of("system:node:", "system:nodes"), "", request))))
                .hasMessageContaining("could not determine node from user \"system:node:\"");
    }

    @Test
    void aNodeRegistersItself() {
        admit(fixture.create(
                core("nodes"),
                node(
                        "n1",
                        "{kubernetes.io/hostname: n1, kubernetes.io/os: linux, kubernetes.io/arch: amd64, own: x,"
                                + " node.kubernetes.io/a: b, x.kubelet.kubernetes.io/a: b}",
                        "{taints: [{key: k, effect: NoSchedule}]}")));

        assertThat(refusal(() -> admit(fixture.create(core("nodes"), node("n2", "{}", "{}")))))
                .hasMessage("nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
    }

    @Test
    void labelsThatSteerWorkloadsAreNotItsOwnToSet() {
        assertThat(refusal(() -> admit(fixture.create(
                        core("nodes"),
                        node("n1", "{node-restriction.kubernetes.io/pci: a, node-role.kubernetes.io/x: ''}", "{}")))))
                .hasMessage("nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels:"
                        + " node-restriction.kubernetes.io/pci, node-role.kubernetes.io/x");
        assertThat(refusal(() -> admit(fixture.update(
                        core("nodes"), node("n1", "{a.k8s.io/x: a, b: c}", "{}"), node("n1", "{}", "{}")))))
                .hasMessage("nodes \"n1\" is forbidden: is not allowed to modify labels: a.k8s.io/x");
        admit(fixture.update(
                core("nodes"), node("n1", "{a.k8s.io/x: a}", "{}"), node("n1", "{a.k8s.io/x: a, mine: x}", "{}")));
    }

    @Test
    void taintsAndOwnersStay() {
        assertThat(refusal(() -> admit(fixture.update(
                        core("nodes"),
                        node("n1", "{}", "{taints: [{key: k, effect: NoSchedule}]}"),
                        node("n1", "{}", "{}")))))
                .hasMessage("nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify taints");
        assertThat(refusal(() -> admit(fixture.update(
                        core("nodes"),
                        node("n1", "{}", "{}"),
                        "{kind: Node, metadata: {name: n1, ownerReferences: [{kind: Pod, name: x}]}}"))))
                .hasMessageContaining("node \"n1\" is not allowed to modify ownerReferences");
        admit("status", fixture.update(core("nodes"), node("n1", "{}", "{}"), node("n1", "{}", "{}")));
        admit(fixture.delete(core("nodes"), node("n1", "{}", "{}")));
    }

    @Test
    void ofPodsItReportsOnItsOwn() {
        admit("status", fixture.update(core("pods"), pod("n1", ""), pod("n1", "")));
        admit(fixture.delete(core("pods"), pod("n1", "")));

        assertThat(refusal(() -> admit("status", fixture.update(core("pods"), pod("n2", ""), pod("n2", "")))))
                .hasMessage("pods \"p\" is forbidden: node \"n1\" can only update pod status for pods with"
                        + " spec.nodeName set to itself");
        assertThat(refusal(() -> admit(
                        "status", fixture.update(core("pods"), pod("n1", ""), pod("n1", ", labels: {app: web}")))))
                .hasMessageContaining("node \"n1\" cannot update labels through pod status");
        assertThat(refusal(() -> admit(fixture.delete(core("pods"), pod("n2", "")))))
                .hasMessageContaining("node \"n1\" can only delete pods with spec.nodeName set to itself");
        assertThat(refusal(() -> admit(fixture.update(core("pods"), pod("n1", ""), pod("n1", "")))))
                .hasMessageContaining(
                        "unexpected operation \"UPDATE\", node \"n1\" can only create and delete mirror pods");
        assertThat(refusal(() -> admit("binding", fixture.create(core("pods"), pod("n1", "")))))
                .hasMessageContaining(
                        "unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed");
    }

    @Test
    void mirrorPodsAreItsOnlyPods() {
        fixture.given(core("nodes"), "{kind: Node, metadata: {name: n1, uid: u1}}");

        admit(fixture.create(core("pods"), MIRROR.replace("OWNER", OWNER).replace("MORE", "containers: [{name: c}]")));
        assertThat(refusal(() -> admit(fixture.create(core("pods"), pod("n1", "")))))
                .hasMessage(
                        "pods \"p\" is forbidden: pod does not have \"kubernetes.io/config.mirror\" annotation, node"
                                + " \"n1\" can only create mirror pods");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | can only create pods with an owner reference set to itself",
                "'{}, {}' | can only create pods with a single owner reference set to itself",
                "'{apiVersion: v1, kind: Node, name: n2}' | can only create pods with an owner reference set to itself",
                "'{apiVersion: v1, kind: Node, name: n1}' | with a controller owner reference set to itself",
                "'{apiVersion: v1, kind: Node, name: n1, controller: true, blockOwnerDeletion: true}' | must not set"
                        + " blockOwnerDeletion on an owner reference",
                "'{apiVersion: v1, kind: Node, name: n1, controller: true, uid: u2}' | node n1 UID mismatch: expected u2"
                        + " got u1"
            })
    void mirrorPodsAreOwnedByTheirNode(String owner, String why) {
        fixture.given(core("nodes"), "{kind: Node, metadata: {name: n1, uid: u1}}");

        assertThat(refusal(() -> admit(fixture.create(
                        core("pods"), MIRROR.replace("OWNER", owner).replace("MORE", "a: b")))))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serviceAccountName: x | a service account",
                "'containers: [{envFrom: [{secretRef: {name: x}}]}]' | secrets",
                "'imagePullSecrets: [{name: x}]' | secrets",
                "'volumes: [{projected: {sources: [{configMap: {name: x}}]}}]' | configmaps",
                "'volumes: [{persistentVolumeClaim: {claimName: x}}]' | persistentvolumeclaims"
            })
    void mirrorPodsLeadNowhere(String spec, String what) {
        fixture.given(core("nodes"), "{kind: Node, metadata: {name: n1, uid: u1}}");

        assertThat(refusal(() -> admit(fixture.create(
                        core("pods"), MIRROR.replace("OWNER", OWNER).replace("MORE", spec)))))
                .hasMessage("pods \"p\" is forbidden: node \"n1\" can not create pods that reference " + what);
    }

    private void token(String reference) {
        admit(
                "token",
                fixture.create(
                        core("serviceaccounts"),
                        "{kind: TokenRequest, metadata: {name: default, namespace: dev}, spec: {boundObjectRef: "
                                + reference + "}}"));
    }

    @Test
    void tokensAreForItsPods() {
        fixture.given(core("pods"), "{kind: Pod, metadata: {name: p, namespace: dev, uid: u}, spec: {nodeName: n1}}");
        fixture.given(core("pods"), "{kind: Pod, metadata: {name: q, namespace: dev, uid: v}, spec: {nodeName: n2}}");

        token("{apiVersion: v1, kind: Pod, name: p, uid: u}");
        assertThat(refusal(() -> token("{}"))).hasMessageContaining("node requested token not bound to a pod");
        assertThat(refusal(() -> token("{apiVersion: v1, kind: Pod, name: p}")))
                .hasMessageContaining("node requested token with a pod binding without a uid");
        assertThat(refusal(() -> token("{apiVersion: v1, kind: Pod, name: p, uid: w}")))
                .hasMessageContaining("the UID in the bound object reference (w) does not match the UID in record");
        assertThat(refusal(() -> token("{apiVersion: v1, kind: Pod, name: q, uid: v}")))
                .hasMessageContaining("node requested token bound to a pod scheduled on a different node");
        assertThat(refusal(() -> token("{apiVersion: v1, kind: Pod, name: r, uid: x}")))
                .hasMessage("pods \"r\" not found");
    }

    @Test
    void aTokenIsGivenBeforeTheCacheHasHeardOfTheBinding() {
        fixture.given(core("pods"), "{kind: Pod, metadata: {name: p, namespace: dev, uid: u}, spec: {}}");
        fixture.reads.of(io.coxswain.client.ResourceTypes.PODS).list("dev");
        fixture.timers.runDue();
        fixture.givenUnheard(
                core("pods"), "{kind: Pod, metadata: {name: p, namespace: dev, uid: u}, spec: {nodeName: n1}}");

        token("{apiVersion: v1, kind: Pod, name: p, uid: u}");
    }

    @Test
    void claimsAreReportedOnAndNotChanged() {
        String claim = "{kind: PersistentVolumeClaim, metadata: {name: c, namespace: dev}, spec: {a: b}, status: {}}";

        admit(
                "status",
                fixture.update(
                        core("persistentvolumeclaims"),
                        claim,
                        claim.replace("status: {}", "status: {capacity: {storage: 1Gi}, conditions: [{type: x}]}")));
        assertThat(refusal(() -> admit(
                        "status",
                        fixture.update(
                                core("persistentvolumeclaims"),
                                claim,
                                claim.replace("name: c,", "name: c, labels: {a: b},")))))
                .hasMessageContaining(
                        "node \"n1\" is not allowed to update fields other than status.capacity and status.conditions");
        assertThat(refusal(() -> admit(fixture.update(core("persistentvolumeclaims"), claim, claim))))
                .hasMessageContaining("may only update PVC status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "n2"})
    void leasesAndCsiNodesHaveItsName(String name) {
        AdmissionAttributes lease =
                fixture.create(LEASES, "{kind: Lease, metadata: {name: " + name + ", namespace: kube-node-lease}}");
        AdmissionAttributes driver = fixture.create(CSI_NODES, "{kind: CSINode, metadata: {name: " + name + "}}");

        if (name.equals("n1")) {
            admit(lease);
            admit(driver);
        } else {
            assertThat(refusal(() -> admit(lease)))
                    .hasMessageContaining("can only access node lease with the same name as the requesting node");
            assertThat(refusal(() -> admit(driver)))
                    .hasMessageContaining("can only access CSINode with the same name as the requesting node");
        }
        assertThat(refusal(() ->
                        admit(fixture.create(LEASES, "{kind: Lease, metadata: {name: " + name + ", namespace: dev}}"))))
                .hasMessageContaining("can only access leases in the \"kube-node-lease\" system namespace");
    }
}
