package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl, with pods that seem to run. */
class KubectlPodsConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("kubectl", 1);

    private static final String CONTROLLER = """
            apiVersion: v1
            kind: ReplicationController
            metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
            spec:
              replicas: 1
              selector: {app: agnhost, role: primary}
              template:
                metadata: {labels: {app: agnhost, role: primary}}
                spec:
                  containers:
                  - name: agnhost-primary
                    image: appl-x:1.18
                    ports: [{name: agnhost-server, containerPort: 6379}]
            """;

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
            spec:
              selector: {app: agnhost, role: primary}
              ports: [{port: 6379, targetPort: agnhost-server}]
            """;

    @TempDir
    Path directory;

    private Kubectl kubectl;
    private String namespace = "";

    @BeforeEach
    void configure() {
        kubectl = Kubectl.in(directory);
        namespace = namespace();
    }

    private String run(String line) {
        return kubectl.run("kubectl --namespace " + namespace + " " + line);
    }

    private JsonObject runningPod(String name) {
        return eventually(
                collection("v1", namespace, "pods") + "/" + name,
                pod -> text(pod, "status", "phase").equals("Running"));
    }

    /** The name of the controller's only pod, which runs. */
    private String controllersPod() {
        kubectl.file("controller.yaml", CONTROLLER);
        run("create -f $DIR/controller.yaml");
        String pods = collection("v1", namespace, "pods");
        await("a pod").atMost(Requests.SOON).until(() -> items(pods).size() == 1);
        String name = text(items(pods).get(0), "metadata", "name");
        runningPod(name);
        return name;
    }

    /** Each of the texts, in that order, each after a line's beginning. */
    private static void shows(String output, String... lines) {
        String rest = output;
        for (String line : lines) {
            String pattern = "(?s).*?(^|\\n) *" + line.replace(" ", " +") + ".*";
            assertThat(rest).as(output).matches(pattern);
            rest = rest.replaceFirst("(?s).*?(^|\\n) *" + line.replace(" ", " +"), "");
        }
    }

    @Test
    @DisplayName("cli | kubectl | describe rc and pods")
    void describe() {
        String pod = controllersPod();
        kubectl.file("service.yaml", SERVICE);
        run("create -f $DIR/service.yaml");
        shows(
                run("describe pod " + pod),
                "Name: " + pod,
                "Namespace: " + namespace,
                "Node: kubectl-1/198\\.18\\.",
                "Labels: app=agnhost",
                "role=primary",
                "Annotations: ",
                "Status: Running",
                "IP: \\d+\\.",
                "Controlled By: ReplicationController/agnhost-primary",
                "Image: appl-x:1.18",
                "State: Running",
                "QoS Class: BestEffort",
                "Events:");
        eventually(
                collection("v1", namespace, "replicationcontrollers") + "/agnhost-primary",
                controller -> controller.getJsonObject("status").getInt("readyReplicas", 0) == 1);
        shows(
                run("describe rc agnhost-primary"),
                "Name: agnhost-primary",
                "Namespace: " + namespace,
                "Selector: app=agnhost,role=primary",
                "Labels: app=agnhost",
                "role=primary",
                "Annotations: ",
                "Replicas: 1 current / 1 desired",
                "Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed",
                "Pod Template:",
                "Image: appl-x:1.18",
                "Events:",
                "Normal SuccessfulCreate .* Created pod: " + pod);
        shows(
                run("describe service agnhost-primary"),
                "Name: agnhost-primary",
                "Namespace: " + namespace,
                "Labels: app=agnhost",
                "role=primary",
                "Annotations: ",
                "Selector: app=agnhost,role=primary",
                "Type: ClusterIP",
                "IP: \\d+\\.",
                "Port: <unset> 6379/TCP",
                "Endpoints: \\d+\\.\\d+\\.\\d+\\.\\d+:6379",
                "Session Affinity: None");
        shows(
                run("describe node kubectl-1"),
                "Name: kubectl-1",
                "Labels: ",
                "Annotations: ",
                "CreationTimestamp: ",
                "Conditions:",
                "Type Status LastHeartbeatTime LastTransitionTime Reason Message",
                "Addresses:",
                "Capacity:",
                "System Info:",
                "Kernel Version: ",
                "OS Image: ",
                "Operating System: ",
                "Architecture: ",
                "Container Runtime Version: ",
                "Kubelet Version: ",
                "Non-terminated Pods: .*1 in total",
                namespace + " " + pod);
        shows(
                run("describe namespace " + namespace),
                "Name: " + namespace,
                "Labels: ",
                "Annotations: ",
                "Status: Active");
    }

    private void pause() {
        run("run pause --image=appl-x:1.18 --labels=name=pause");
        runningPod("pause");
    }

    @Test
    @DisplayName("cli | kubectl | label")
    void label() {
        pause();
        run("label pods pause testing-label=testing-label-value");
        assertThat(run("get pod pause -L testing-label")).contains("TESTING-LABEL", "testing-label-value");
        run("label pods pause testing-label-");
        assertThat(run("get pod pause -L testing-label")).doesNotContain("testing-label-value");
    }

    @Test
    @DisplayName("cli | kubectl | patch annotations")
    void patch() {
        String pod = controllersPod();
        run("patch pod " + pod + " -p '{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}'");
        assertThat(items(collection("v1", namespace, "pods")))
                .singleElement()
                .satisfies(each ->
                        assertThat(text(each, "metadata", "annotations", "x")).isEqualTo("y"));
    }

    @Test
    @DisplayName("cli | kubectl | replace pod image")
    void replace() {
        pause();
        run("get pod pause -o json > $DIR/pod.json");
        kubectl.run("sed -i 's/appl-x:1.18/appl-x:1.19/' $DIR/pod.json");
        assertThat(run("replace -f $DIR/pod.json")).isEqualTo("pod/pause replaced\n");
        assertThat(image(read(collection("v1", namespace, "pods") + "/pause"))).isEqualTo("appl-x:1.19");
    }

    private static String image(JsonObject pod) {
        return text(pod.getJsonObject("spec").getJsonArray("containers").getJsonObject(0), "image");
    }

    @Test
    @DisplayName("cli | kubectl | run pod restart Never")
    void runOnce() {
        assertThat(run("run e2e-test-httpd-pod --restart=Never --image=appl-x:1.18"))
                .isEqualTo("pod/e2e-test-httpd-pod created\n");
        JsonObject pod = runningPod("e2e-test-httpd-pod");
        assertThat(image(pod)).isEqualTo("appl-x:1.18");
        assertThat(text(pod, "spec", "restartPolicy")).isEqualTo("Never");
    }

    @Test
    @DisplayName("cli | kubectl | server-side dry-run")
    void dryRun() {
        pause();
        String patched = run("patch pod pause --dry-run=server -o json"
                + " -p '{\"spec\":{\"containers\":[{\"name\":\"pause\",\"image\":\"busybox:1.36\"}]}}'");
        assertThat(patched).contains("\"image\": \"busybox:1.36\"");
        assertThat(image(read(collection("v1", namespace, "pods") + "/pause"))).isEqualTo("appl-x:1.18");
    }
}
