package io.coxswain.apiserver.registry;

import static io.coxswain.apiserver.ApiInMemory.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.kinds.core.EventKind;
import io.coxswain.kinds.core.NamespaceKind;
import io.coxswain.kinds.core.NodeKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.kinds.core.SecretKind;
import io.coxswain.kinds.core.ServiceKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields that kubelets, kubectl describe and kube-proxy select by. */
class FieldSelectorTest {
    private final ApiInMemory api = new ApiInMemory(
            new PodKind(),
            new SecretKind(),
            new NodeKind(),
            new NamespaceKind(),
            new EventKind(),
            new io.coxswain.kinds.events.EventKind(),
            new ServiceKind());

    @AfterEach
    void close() {
        api.close();
    }

    private String select(String url, String selector) {
        return String.join(
                " ", names(api.get(url + "?fieldSelector=" + URLEncoder.encode(selector, StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @CsvSource({
        "spec.nodeName=n, bound",
        "spec.nodeName!=n, free",
        "spec.nodeName=, free",
        "status.phase=Running, bound",
        "'status.phase!=Running,status.phase!=Succeeded', free",
        "spec.restartPolicy=Never, free",
        "spec.schedulerName=other, free",
        "spec.serviceAccountName=robot, bound",
        "spec.hostNetwork=true, bound",
        "spec.hostNetwork=false, free",
        "status.podIP=10.0.0.7, bound",
        "status.nominatedNodeName=n2, free",
        "'spec.nodeName=n,status.phase=Pending', ''"
    })
    void podsByWhereAndHowTheyRun(String selector, String expected) {
        String pods = "/api/v1/namespaces/ns/pods";
        api.post(pods, """
            {apiVersion: v1, kind: Pod, metadata: {name: bound}, spec: {nodeName: n, serviceAccountName: robot,
             hostNetwork: true, containers: [{name: c, image: i}]}}""");
        api.mergePatch(pods + "/bound/status", "{status: {phase: Running, podIP: 10.0.0.7, podIPs: [{ip: 10.0.0.7}]}}");
        api.post(pods, """
            {apiVersion: v1, kind: Pod, metadata: {name: free}, spec: {restartPolicy: Never, schedulerName: other,
             containers: [{name: c, image: i}]}}""");
        api.mergePatch(pods + "/free/status", "{status: {nominatedNodeName: n2}}");
        assertThat(select("/api/v1/pods", selector)).isEqualTo(expected);
    }

    @Test
    void secretsByTypeAndNodesByWhetherTheyTakePods() {
        api.post("/api/v1/namespaces/ns/secrets", "{apiVersion: v1, kind: Secret, metadata: {name: plain}}");
        api.post(
                "/api/v1/namespaces/ns/secrets",
                "{apiVersion: v1, kind: Secret, metadata: {name: own}, type: example.com/own}");
        assertThat(select("/api/v1/secrets", "type=Opaque")).isEqualTo("plain");
        assertThat(select("/api/v1/secrets", "type!=Opaque")).isEqualTo("own");

        api.post("/api/v1/nodes", "{apiVersion: v1, kind: Node, metadata: {name: open}}");
        api.post("/api/v1/nodes", "{apiVersion: v1, kind: Node, metadata: {name: shut}, spec: {unschedulable: true}}");
        assertThat(select("/api/v1/nodes", "spec.unschedulable=true")).isEqualTo("shut");
        assertThat(select("/api/v1/nodes", "spec.unschedulable=false")).isEqualTo("open");
    }

    @Test
    void servicesByAddressAsKubeletsDo() {
        api.post("/api/v1/namespaces/ns/services", """
            {apiVersion: v1, kind: Service, metadata: {name: headless}, spec: {clusterIP: None, ports: [{port: 80}]}}""");
        api.post("/api/v1/namespaces/ns/services", """
            {apiVersion: v1, kind: Service, metadata: {name: alias},
             spec: {type: ExternalName, externalName: example.com}}""");
        assertThat(select("/api/v1/services", "spec.clusterIP!=None")).isEqualTo("alias");
        assertThat(select("/api/v1/services", "spec.type=ClusterIP")).isEqualTo("headless");
    }

    @Test
    void namespacesByPhase() {
        api.post("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: a}}");
        api.post("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: b}}");
        api.delete("/api/v1/namespaces/b", "");
        assertThat(select("/api/v1/namespaces", "status.phase=Active")).isEqualTo("a");
        assertThat(select("/api/v1/namespaces", "status.phase=Terminating")).isEqualTo("b");
    }

    @Test
    void eventsByTheObjectTheyAreAboutInBothGroups() {
        for (String name : new String[] {"one", "two"}) {
            api.post("/api/v1/namespaces/ns/events", """
                {apiVersion: v1, kind: Event, metadata: {name: e-%1$s}, type: Normal, reason: Pulled-%1$s,
                 involvedObject: {kind: Pod, namespace: ns, name: %1$s, uid: u-%1$s}, source: {component: kubelet}}""".formatted(name));
        }
        String events = "/api/v1/namespaces/ns/events";
        assertThat(select(events, "involvedObject.name=one,involvedObject.namespace=ns,involvedObject.uid=u-one"))
                .isEqualTo("e-one");
        assertThat(select(events, "involvedObject.kind=Node")).isEmpty();
        assertThat(select(events, "reason=Pulled-two,type=Normal,source=kubelet"))
                .isEqualTo("e-two");
        assertThat(select("/apis/events.k8s.io/v1/events", "regarding.name=one"))
                .isEqualTo("e-one");
    }
}
