package io.coxswain.kinds;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.kinds.batch.CronJobKind;
import io.coxswain.kinds.coordination.LeaseKind;
import io.coxswain.kinds.core.EndpointsKind;
import io.coxswain.kinds.core.LimitRangeKind;
import io.coxswain.kinds.core.PodBinding;
import io.coxswain.kinds.core.ResourceQuotaKind;
import io.coxswain.kinds.discovery.EndpointSliceKind;
import io.coxswain.kinds.events.EventKind;
import io.coxswain.kinds.rbac.RoleBindingKind;
import io.coxswain.kinds.scheduling.PriorityClassKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherKindsTest {
    @Test
    void endpointsShowTheFirstThree() {
        assertThatKind(new EndpointsKind())
                .defaults("subsets: [{ports: [{port: 80}]}]", "subsets: [{ports: [{port: 80, protocol: TCP}]}]")
                .row("metadata: {name: a}", "a | <none> | <unknown>")
                .row("""
                        metadata: {name: a}
                        subsets:
                        - addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]
                          ports: [{port: 80}, {port: 443}]
                        - addresses: [{ip: "fd00::1"}]
                        """, "a | 10.0.0.1:80,10.0.0.2:80,10.0.0.1:443 + 2 more... | <unknown>");
        assertThat(new EndpointsKind().deprecation())
                .isEqualTo("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }

    @Test
    void endpointSlicesShowPortsAndAddresses() {
        assertThatKind(new EndpointSliceKind())
                .defaults("ports: [{port: 80}]", "ports: [{port: 80, name: '', protocol: TCP}]")
                .row("{metadata: {name: a}, addressType: IPv4}", "a | IPv4 | <unset> | <unset> | <unknown>")
                .row("""
                        metadata: {name: a}
                        addressType: IPv4
                        ports: [{port: 80}, {name: any}, {}]
                        endpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2]}]
                        """, "a | IPv4 | 80,any,* | 10.0.0.1,10.0.0.2 | <unknown>");
    }

    private static final String STORED_EVENT = """
            apiVersion: v1
            kind: Event
            metadata: {name: e}
            involvedObject: {kind: Pod, name: web, fieldPath: "spec.containers{a}"}
            message: "Started\\n"
            reason: Started
            type: Normal
            source: {component: kubelet, host: node-1}
            firstTimestamp: "2026-01-02T03:03:05Z"
            lastTimestamp: "2026-01-02T03:04:00Z"
            count: 4
            """;

    @Test
    void bothEventKindsAreViewsOfOneObject() {
        EventKind events = new EventKind();
        JsonObject stored = Trees.yaml(STORED_EVENT);
        JsonObject viewed = events.fromStorage(stored);

        assertThat(viewed.getString("apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(viewed.getString("note")).isEqualTo("Started\n");
        assertThat(viewed.getJsonObject("regarding").getString("name")).isEqualTo("web");
        assertThat(viewed).containsKeys("deprecatedSource", "deprecatedCount").doesNotContainKey("message");
        assertThat(events.toStorage(viewed)).isEqualTo(stored);
        assertThat(events.storage()).isEqualTo(new io.coxswain.kinds.core.EventKind().storage());
        assertThat(events.fieldValues(new ObjectView(viewed)))
                .containsEntry("regarding.name", "web")
                .containsOnlyKeys(events.selectableFields());
        assertThat(events.cells(new ObjectView(viewed), KindAssert.NOW))
                .isEqualTo(new io.coxswain.kinds.core.EventKind().cells(new ObjectView(stored), KindAssert.NOW));
    }

    @Test
    void eventsShowWhatHappenedToWhat() {
        assertThatKind(new io.coxswain.kinds.core.EventKind())
                .row(
                        STORED_EVENT,
                        "5s | Normal | Started | pod/web | spec.containers{a} | kubelet, node-1 | Started | 60s | 4 | e")
                .row("""
                        metadata: {name: e}
                        involvedObject: {kind: Node}
                        eventTime: "2026-01-02T03:04:04.123456Z"
                        reportingComponent: default-scheduler
                        series: {count: 9, lastObservedTime: "2026-01-02T03:04:05.000000Z"}
                        """, "0s |  |  | node |  | default-scheduler |  | 0s | 9 | e");
        assertThat(new io.coxswain.kinds.core.EventKind().fieldValues(Trees.view(STORED_EVENT)))
                .containsEntry("involvedObject.name", "web")
                .containsEntry("source", "kubelet");
    }

    @Test
    void leasesShowTheirHolder() {
        assertThatKind(new LeaseKind())
                .row("{metadata: {name: n1}, spec: {holderIdentity: n1}}", "n1 | n1 | <unknown>");
    }

    @Test
    void quotasShowUsedAgainstHard() {
        assertThatKind(new ResourceQuotaKind())
                .defaults("metadata: {name: q}", "{metadata: {name: q}, spec: {}, status: {}}")
                .row("""
                        metadata: {name: q}
                        status:
                          hard: {requests.cpu: "1", limits.cpu: "2", pods: "5"}
                          used: {requests.cpu: 500m, limits.cpu: "1"}
                        """, "q | pods: 0/5, requests.cpu: 500m/1 | limits.cpu: 1/2 | <unknown>");
    }

    @Test
    void limitRangesFillInWhatFollows() {
        assertThatKind(new LimitRangeKind()).defaults("""
                        spec:
                          limits:
                          - {type: Container, max: {cpu: "2"}, default: {memory: 1Gi}, min: {cpu: 10m, x.io/y: "1"}}
                          - {type: Pod, max: {cpu: "2"}}
                        """, """
                        spec:
                          limits:
                          - type: Container
                            max: {cpu: "2"}
                            min: {cpu: 10m, x.io/y: "1"}
                            default: {memory: 1Gi, cpu: "2"}
                            defaultRequest: {memory: 1Gi, cpu: "2", x.io/y: "1"}
                          - {type: Pod, max: {cpu: "2"}}
                        """);
    }

    @Test
    void bindingsNameTheirSubjects() {
        assertThatKind(new RoleBindingKind())
                .defaults("""
                        roleRef: {kind: Role, name: r}
                        subjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s, namespace: n}]
                        """, """
                        roleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}
                        subjects:
                        - {kind: User, name: u, apiGroup: rbac.authorization.k8s.io}
                        - {kind: ServiceAccount, name: s, namespace: n}
                        """)
                .row("""
                        metadata: {name: b}
                        roleRef: {kind: Role, name: r}
                        subjects:
                        - {kind: User, name: ann}
                        - {kind: User, name: bob}
                        - {kind: Group, name: devs}
                        - {kind: ServiceAccount, name: s, namespace: n}
                        """, "b | Role/r | <unknown> | ann, bob | devs | n/s");
    }

    @Test
    void cronJobsGetUpstreamsDefaults() {
        assertThatKind(new CronJobKind())
                .defaults(
                        "spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never}}}}}",
                        """
                        spec:
                          schedule: '* * * * *'
                          concurrencyPolicy: Allow
                          suspend: false
                          successfulJobsHistoryLimit: 3
                          failedJobsHistoryLimit: 1
                          jobTemplate:
                            metadata: {}
                            spec:
                              template:
                                metadata: {}
                                spec:
                                  restartPolicy: Never
                                  dnsPolicy: ClusterFirst
                                  schedulerName: default-scheduler
                                  securityContext: {}
                                  terminationGracePeriodSeconds: 30
                        status: {}
                        """)
                .row("""
                        metadata: {name: c}
                        spec: {schedule: "*/5 * * * *", suspend: true}
                        status: {active: [{name: a}], lastScheduleTime: "2026-01-02T03:00:05Z"}
                        """, "c | */5 * * * * | <none> | True | 1 | 4m | <unknown> |  |  | <none>");
    }

    @Test
    void priorityClassesOfUsersStayBelowTheSystems() {
        assertThatKind(new PriorityClassKind())
                .valid("{metadata: {name: system-node-critical}, value: 2000001000}")
                .faults(
                        "{metadata: {name: high}, value: 1000000001}",
                        "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")
                .faults(
                        "{metadata: {name: system-x}, value: 1, preemptionPolicy: Maybe}",
                        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use"
                                + " only. error: system-x is not a known system priority class",
                        "preemptionPolicy: Unsupported value: \"Maybe\": supported values: \"PreemptLowerPriority\","
                                + " \"Never\"")
                .updateFaults("value: 1", "value: 2", "value: Forbidden: may not be changed in an update.")
                .row("{metadata: {name: a}, value: 7}", "a | 7 | false | <unknown> | ");
    }

    private static final String POD =
            "{metadata: {name: web, uid: u1}, spec: {containers: [{name: a}]}, status: {phase: Pending}}";

    @Test
    void bindingGivesThePodItsNode() {
        PodBinding binding = new PodBinding(Clock.fixed(KindAssert.NOW, ZoneOffset.UTC));

        JsonObject bound = binding.apply(
                Trees.yaml(POD), Trees.yaml("{metadata: {name: web, uid: u1}, target: {kind: Node, name: node-1}}"));

        assertThat(bound).isEqualTo(Trees.yaml("""
                                metadata: {name: web, uid: u1}
                                spec: {containers: [{name: a}], nodeName: node-1}
                                status:
                                  phase: Pending
                                  conditions:
                                  - {type: PodScheduled, status: "True", lastTransitionTime: "2026-01-02T03:04:05Z"}
                                """));
        assertThat(binding.answer(bound).getInt("code")).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{};{target: {}};Binding \"\" is invalid: target.name: Required value",
                "{};{target: {kind: Pod, name: n}};Binding \"\" is invalid: target.kind: Unsupported value: \"Pod\":"
                        + " supported values: \"Node\", \"<empty>\"",
                "{metadata: {name: web, uid: u1}};{metadata: {uid: u2}, target: {name: n}};Operation cannot be fulfilled"
                        + " on pods/binding \"web\": Precondition failed: UID in precondition: u2, UID in object meta: u1",
                "{metadata: {name: web}, spec: {nodeName: n2}};{target: {name: n}};Operation cannot be fulfilled on"
                        + " pods/binding \"web\": pod web is already assigned to node \"n2\"",
                "{metadata: {name: web, deletionTimestamp: x}};{target: {name: n}};Operation cannot be fulfilled on"
                        + " pods/binding \"web\": pod web is being deleted, cannot be assigned to a host",
                "{metadata: {name: web}, spec: {schedulingGates: [{name: g}]}};{target: {name: n}};Operation cannot be"
                        + " fulfilled on pods/binding \"web\": pod web has non-empty .spec.schedulingGates",
            })
    void bindingIsRefusedAsUpstreamRefusesIt(String pod, String body, String message) {
        PodBinding binding = new PodBinding(Clock.fixed(KindAssert.NOW, ZoneOffset.UTC));

        assertThatThrownBy(() -> binding.apply(Trees.yaml(pod), Trees.yaml(body)))
                .isInstanceOf(ApiException.class)
                .hasMessage(message);
    }
}
