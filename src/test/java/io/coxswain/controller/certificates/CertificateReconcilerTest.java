package io.coxswain.controller.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateReconcilerTest {
    private static final String KUBELET = "O=system:nodes,CN=system:node:a";
    private static final String KUBELET_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Duration> lifetimes = new ArrayList<>();
    private final List<String> reviewed = new ArrayList<>();
    private String granted = "";

    @BeforeEach
    void start() {
        cluster.api.extend(request -> {
            if (!request.info().resource().equals("subjectaccessreviews")) {
                return Optional.empty();
            }
            ObjectView spec = new ObjectView(((io.coxswain.apiserver.request.RequestBody.Tree) request.body())
                    .value()
                    .asJsonObject());
            String right = spec.text("spec", "resourceAttributes", "subresource");
            reviewed.add(spec.text("spec", "user") + " " + right);
            return Optional.of(TreeEditor.create()
                    .set(
                            "status",
                            JsonTrees.with(
                                    JsonTrees.object().build(), "allowed", JsonTrees.flag(right.equals(granted))))
                    .build());
        });
        cluster.start(new CertificateReconciler(
                (request, usages, lifetime) -> {
                    lifetimes.add(lifetime);
                    return "-----BEGIN CERTIFICATE-----\n" + request.commonName() + usages
                            + "\n-----END CERTIFICATE-----\n";
                },
                cluster.timers.clock()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "system:node:a | selfnodeclient | Auto approving self kubelet client certificate after SubjectAccessReview.",
                "system:bootstrap:x | nodeclient | Auto approving kubelet client certificate after SubjectAccessReview.",
                "system:node:a | nodeclient | Auto approving kubelet client certificate after SubjectAccessReview.",
            })
    void approvesKubeletsByTheRightsOfWhoAsks(String user, String right, String message) {
        granted = right;
        request(KUBELET_SIGNER, KUBELET, user, 0, "client auth", "digital signature");
        cluster.settle();
        ObjectView approved = conditions("Approved").get(0);
        assertThat(approved.text("reason")).isEqualTo("AutoApproved");
        assertThat(approved.text("message")).isEqualTo(message);
        assertThat(approved.text("status")).isEqualTo("True");
        assertThat(csr().text("status", "certificate")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubernetes.io/kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | system:bootstrap:x"
                        + " | selfnodeclient",
                "kubernetes.io/kube-apiserver-client-kubelet | O=system:masters,CN=system:node:a | system:node:a"
                        + " | selfnodeclient",
                "kubernetes.io/kube-apiserver-client | O=system:nodes,CN=system:node:a | system:node:a | selfnodeclient",
                "kubernetes.io/kubelet-serving | O=system:nodes,CN=system:node:a | system:node:a | selfnodeclient",
            })
    void leavesAllOthersToPeople(String signer, String subject, String user, String right) {
        granted = right;
        request(signer, subject, user, 0, "client auth", "digital signature");
        cluster.settle();
        assertThat(csr().items("status", "conditions")).isEmpty();
    }

    @Test
    void asksForTheLesserRightFirst() {
        request(KUBELET_SIGNER, KUBELET, "system:node:a", 0, "client auth", "digital signature");
        cluster.settle();
        assertThat(reviewed.subList(0, 2)).containsExactly("system:node:a selfnodeclient", "system:node:a nodeclient");
        assertThat(csr().items("status", "conditions")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 31536000", "3600, 3600", "600, 600", "60, 600", "99999999, 31536000"})
    void signsWhatIsApprovedForAsLongAsWasAskedForWithinBounds(long asked, long lifetime) {
        request(CLIENT_SIGNER, "CN=ann", "ann", asked, "client auth");
        cluster.settle();
        assertThat(csr().text("status", "certificate")).isEmpty();
        decide("Approved");
        cluster.settle();
        assertThat(lifetimes).containsExactly(Duration.ofSeconds(lifetime));
        assertThat(csr().text("status", "certificate")).isNotEmpty();
    }

    @Test
    void saysWhatItDoesNotSign() {
        request(CLIENT_SIGNER, "CN=ann", "ann", 0, "server auth");
        decide("Approved");
        cluster.settle();
        ObjectView failed = conditions("Failed").get(0);
        assertThat(failed.text("reason")).isEqualTo("SignerValidationFailure");
        assertThat(failed.text("message")).isEqualTo("invalid usage for client certificate: server auth");
        assertThat(csr().text("status", "certificate")).isEmpty();
        cluster.api.forgetRequests();
        cluster.run(60);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void signsNeitherForOthersNorWhatIsDenied() {
        request("example.com/other", "CN=ann", "ann", 0, "client auth");
        decide("Approved");
        cluster.settle();
        assertThat(lifetimes).isEmpty();
        cluster.api.remove(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS, "", "csr");
        request(CLIENT_SIGNER, "CN=ann", "ann", 0, "client auth");
        decide("Denied");
        cluster.settle();
        assertThat(lifetimes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes.io/kube-apiserver-client, '', 24",
        "kubernetes.io/kube-apiserver-client, Approved, 1",
        "kubernetes.io/kube-apiserver-client, Denied, 1",
        "example.com/other, '', 24",
        "example.com/other, Denied, 1",
    })
    void removesWhatIsOver(String signer, String decision, int hours) {
        request(signer, "CN=ann", "ann", 0, "client auth");
        if (!decision.isEmpty()) {
            decide(decision);
        }
        cluster.timers.advance(Duration.ofHours(hours).minusSeconds(5));
        assertThat(cluster.api.exists(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS, "", "csr"))
                .isTrue();
        cluster.timers.advance(Duration.ofSeconds(10));
        assertThat(cluster.api.exists(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS, "", "csr"))
                .isFalse();
    }

    @Test
    void whatWaitsForItsSignerStays() {
        request("example.com/other", "CN=ann", "ann", 0, "client auth");
        decide("Approved");
        cluster.timers.advance(Duration.ofHours(100));
        assertThat(cluster.api.exists(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS, "", "csr"))
                .isTrue();
    }

    private void request(String signer, String subject, String user, long seconds, String... usages) {
        TreeEditor spec = TreeEditor.create()
                .set("signerName", signer)
                .set("username", user)
                .set("groups", JsonTrees.texts(List.of("system:authenticated")))
                .set("usages", JsonTrees.texts(List.of(usages)))
                .set("request", Requests.base64(subject));
        if (seconds > 0) {
            spec.set("expirationSeconds", seconds);
        }
        cluster.api.put(
                ResourceTypes.CERTIFICATE_SIGNING_REQUESTS,
                TreeEditor.create()
                        .set("metadata", TreeEditor.create().set("name", "csr").build())
                        .set("spec", spec.build())
                        .build());
    }

    private void decide(String type) {
        JsonObject condition = TreeEditor.create()
                .set("type", type)
                .set("status", "True")
                .set("lastUpdateTime", cluster.timers.clock().instant().toString())
                .build();
        cluster.api.put(
                ResourceTypes.CERTIFICATE_SIGNING_REQUESTS,
                TreeEditor.edit(
                        csr().json(),
                        editor -> editor.editOrCreate("status", status -> status.append("conditions", condition))));
    }

    private ObjectView csr() {
        return new ObjectView(cluster.api.get(ResourceTypes.CERTIFICATE_SIGNING_REQUESTS, "", "csr"));
    }

    private List<ObjectView> conditions(String type) {
        return csr().items("status", "conditions").stream()
                .filter(condition -> condition.text("type").equals(type))
                .toList();
    }
}
