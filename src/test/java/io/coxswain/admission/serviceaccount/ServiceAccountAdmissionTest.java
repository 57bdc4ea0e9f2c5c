package io.coxswain.admission.serviceaccount;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountAdmissionTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final ServiceAccountAdmission plugin =
            new ServiceAccountAdmission(fixture.reads, Duration.ofMillis(20), bound -> 0);

    private JsonObject admit(String spec) {
        return plugin.admit(
                fixture.create(core("pods"), "{kind: Pod, metadata: {name: web, namespace: dev}, spec: " + spec + "}"));
    }

    private void account(String name, String more) {
        fixture.given(
                core("serviceaccounts"),
                "{kind: ServiceAccount, metadata: {name: " + name + ", namespace: dev}" + more + "}");
    }

    @Test
    void aPodGetsTheDefaultAccountItsTokenAndItsPullSecrets() {
        account("default", ", imagePullSecrets: [{name: regcred}]");

        assertThat(admit("{initContainers: [{name: i}], containers: [{name: a}]}")
                        .getJsonObject("spec"))
                .isEqualTo(Trees.yaml("""
                                serviceAccountName: default
                                serviceAccount: default
                                imagePullSecrets: [{name: regcred}]
                                initContainers:
                                - name: i
                                  volumeMounts: &mounts
                                  - name: kube-api-access-bbbbb
                                    readOnly: true
                                    mountPath: /var/run/secrets/kubernetes.io/serviceaccount
                                containers: [{name: a, volumeMounts: *mounts}]
                                volumes:
                                - name: kube-api-access-bbbbb
                                  projected:
                                    defaultMode: 420
                                    sources:
                                    - serviceAccountToken: {path: token, expirationSeconds: 3607}
                                    - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
                                    - downwardAPI:
                                        items: [{path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]
                                """));
    }

    @Test
    void thePodsOwnWishesCount() {
        account("robot", ", automountServiceAccountToken: false, imagePullSecrets: [{name: other}]");

        ObjectView silent = new ObjectView(admit("{serviceAccountName: robot, containers: [{name: a}]}"));
        assertThat(silent.array("spec", "volumes")).isEmpty();

        ObjectView pod = new ObjectView(admit("{serviceAccountName: robot, automountServiceAccountToken: true,"
                + " imagePullSecrets: [{name: mine}], containers: [{name: a}, {name: b, volumeMounts: [{name: v,"
                + " mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}]}"));
        assertThat(pod.items("spec", "imagePullSecrets"))
                .extracting(secret -> secret.text("name"))
                .containsExactly("mine");
        assertThat(pod.items("spec", "containers").get(0).items("volumeMounts")).hasSize(1);
        assertThat(pod.items("spec", "containers")
                        .get(1)
                        .items("volumeMounts")
                        .get(0)
                        .text("name"))
                .isEqualTo("v");
    }

    @Test
    void anAccountThatDoesNotExistIsRefused() {
        assertThat(refusal(() -> admit("{serviceAccountName: x, containers: [{name: a}]}")))
                .hasMessage(
                        "pods \"web\" is forbidden: error looking up service account dev/x: serviceaccount \"x\" not"
                                + " found");
        assertThat(refusal(() -> admit("{containers: [{name: a}]}")))
                .hasMessage("pods \"web\" is forbidden: error looking up service account dev/default: serviceaccount"
                        + " \"default\" not found");
    }

    @Test
    void theDefaultAccountOfANewNamespaceIsWaitedFor() {
        fixture.timers.runDue();
        // the account appears while the plugin looks for it
        fixture.api.failWhen(request -> {
            boolean look = request.info().verb().equals("get")
                    && request.info().resource().equals("serviceaccounts");
            if (!look) {
                return null;
            }
            fixture.api.failWhen(other -> null);
            account("default", "");
            return ApiException.notFound(new GroupResource("", "serviceaccounts"), "default");
        });

        assertThat(new ObjectView(admit("{containers: [{name: a}]}")).text("spec", "serviceAccountName"))
                .isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{serviceAccountName: x}",
                "{volumes: [{secret: {secretName: s}}]}",
                "{volumes: [{configMap: {name: s}}]}",
                "{volumes: [{persistentVolumeClaim: {claimName: s}}]}",
                "{volumes: [{projected: {sources: [{serviceAccountToken: {path: t}}]}}]}"
            })
    void mirrorPodsReferToNothing(String spec) {
        assertThat(refusal(() -> plugin.admit(fixture.create(core("pods"), mirror(spec)))))
                .hasMessageStartingWith("pods \"web\" is forbidden: a mirror pod may not ");
    }

    @Test
    void mirrorPodsStayAsTheyAre() {
        var request = fixture.create(core("pods"), mirror("{containers: [{name: a}]}"));

        assertThat(plugin.admit(request)).isSameAs(request.object());
    }

    private static String mirror(String spec) {
        return "{kind: Pod, metadata: {name: web, namespace: dev, annotations: {kubernetes.io/config.mirror: x}}, spec: "
                + spec + "}";
    }
}
