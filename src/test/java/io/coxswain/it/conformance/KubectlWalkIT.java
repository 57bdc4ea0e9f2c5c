package io.coxswain.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.e2e.Shell;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of kubectl that needs no pod that runs and no API that extends the server, by its exit code and what it prints.
 * {@code KubectlE2E} and {@code KubectlPodsE2E} go on with running pods.
 */
class KubectlWalkIT extends ConformanceSuite {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {app: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: web, image: "appl-x:1.17"}
            """;

    private static final String DAEMON_SET = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  containers:
                  - {name: agent, image: "appl-x:1.17"}
            """;

    @TempDir
    Path directory;

    private Kubectl kubectl;
    private String namespace = "";

    @BeforeEach
    void configure() {
        kubectl = Kubectl.in(directory);
        namespace = namespace();
        run("kubectl config set-context --current --namespace=" + namespace);
    }

    private String run(String line) {
        return kubectl.run(line);
    }

    private String refused(String line) {
        Shell.Result result = kubectl.attempt(line);
        assertThat(result.exitCode()).as(line + "\n" + result.output()).isNotZero();
        return result.output();
    }

    private void deployment() {
        kubectl.file("web.yaml", DEPLOYMENT);
        run("kubectl apply -f $DIR/web.yaml");
        await("pods of web")
                .atMost(Requests.SOON)
                .until(() -> run("kubectl get pods -o name").lines().count() == 2);
    }

    @Test
    void discovery() {
        assertThat(run("kubectl api-resources"))
                .containsPattern("configmaps +cm +v1 +true +ConfigMap")
                .containsPattern("nodes +no +v1 +false +Node")
                .containsPattern("horizontalpodautoscalers +hpa +autoscaling/v2 +true");
        assertThat(run("kubectl api-resources --categories=all -o name").lines())
                .containsExactlyInAnyOrder(
                        "pods",
                        "replicationcontrollers",
                        "services",
                        "daemonsets.apps",
                        "deployments.apps",
                        "replicasets.apps",
                        "statefulsets.apps",
                        "horizontalpodautoscalers.autoscaling",
                        "cronjobs.batch",
                        "jobs.batch");
        assertThat(run("kubectl api-resources --verbs=list,watch --namespaced=false -o wide"))
                .contains("create,delete,deletecollection,get,list,patch,update,watch");
        run("kubectl cluster-info dump --namespaces=" + namespace + " --output-directory=$DIR/dump");
        assertThat(run("cat $DIR/dump/nodes.json")).contains("NodeList");
        assertThat(run("cat $DIR/dump/" + namespace + "/services.json")).contains("ServiceList");
    }

    @Test
    void explain() {
        assertThat(run("kubectl explain deployment.spec.strategy"))
                .contains("KIND:       Deployment", "FIELD: strategy <DeploymentStrategy>", "rollingUpdate");
        assertThat(run("kubectl explain pods --recursive")).contains("livenessProbe", "terminationGracePeriodSeconds");
        assertThat(run("kubectl explain hpa --api-version=autoscaling/v1")).contains("VERSION:    v1");
        assertThat(run("kubectl explain service.spec --output=plaintext-openapiv2"))
                .contains("clusterIP", "RESOURCE:");
        assertThat(refused("kubectl explain pod.spec.nonsense")).contains("field \"nonsense\" does not exist");
    }

    @Test
    void explainEveryKind() {
        String explained =
                run("kubectl api-resources --no-headers | while read -r line; do set -- $line; version=${*: -3:1};"
                        + " kubectl explain $1 --api-version=$version --recursive | grep -q '^FIELDS:'"
                        + " && echo explained || echo $version $1; done");
        assertThat(explained.lines().distinct()).containsExactly("explained");
        assertThat(explained.lines()).hasSizeGreaterThan(60);
    }

    @Test
    void rawPaths() {
        for (String path : new String[] {"/healthz", "/livez", "/readyz"}) {
            assertThat(run("kubectl get --raw " + path)).isEqualTo("ok");
        }
        assertThat(run("kubectl get --raw '/readyz?verbose'")).contains("[+]ping ok", "readyz check passed");
        assertThat(run("kubectl get --raw /metrics")).contains("apiserver_request_total");
        assertThat(run("kubectl get --raw /openapi/v2")).contains("\"swagger\"");
        assertThat(run("kubectl get --raw /openapi/v3")).contains("apis/apps/v1", "hash=");
        assertThat(run("kubectl get --raw /.well-known/openid-configuration")).contains("jwks_uri");
        String map = "/api/v1/namespaces/" + namespace + "/configmaps";
        run(
                "echo '{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"raw\"},\"data\":{\"a\":\"1\"}}' >"
                        + " $DIR/raw.json");
        run("kubectl create --raw " + map + " -f $DIR/raw.json");
        run("sed -i s/1\\\"}/2\\\"}/ $DIR/raw.json; kubectl replace --raw " + map + "/raw -f $DIR/raw.json");
        assertThat(run("kubectl get configmap raw -o jsonpath={.data.a}")).isEqualTo("2");
        assertThat(run("kubectl delete --raw " + map + "/raw")).contains("\"status\":\"Success\"");
    }

    @Test
    void get() {
        deployment();
        assertThat(run("kubectl get deployments")).containsPattern("web +0/2 +2 +0");
        assertThat(run("kubectl get deploy -o wide")).contains("CONTAINERS", "IMAGES", "SELECTOR", "appl-x:1.17");
        assertThat(run("kubectl get deploy web -o yaml")).contains("progressDeadlineSeconds: 600");
        assertThat(run("kubectl get deploy web -o json")).contains("\"revisionHistoryLimit\": 10");
        assertThat(run("kubectl get deploy -o name")).isEqualTo("deployment.apps/web\n");
        assertThat(run("kubectl get deploy web -o jsonpath='{.spec.replicas}'")).isEqualTo("2");
        assertThat(run("kubectl get deploy -o go-template='{{range .items}}{{.metadata.name}}{{end}}'"))
                .isEqualTo("web");
        assertThat(run("kubectl get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas"))
                .containsPattern("N +R\nweb +2");
        assertThat(run("kubectl get pods --sort-by=.metadata.creationTimestamp --no-headers")
                        .lines())
                .hasSize(2)
                .allMatch(line -> line.contains("Pending"));
        assertThat(run("kubectl get pods --field-selector=status.phase=Running"))
                .contains("No resources found");
        assertThat(run("kubectl get all -l app=web"))
                .contains("pod/web-", "deployment.apps/web", "replicaset.apps/web");
        assertThat(run("kubectl get deploy,rs -A --show-labels --label-columns=app"))
                .contains(namespace, "app=web");
        assertThat(run("kubectl get deploy web --subresource=scale")).containsPattern("web +2 +\\d");
        assertThat(run("kubectl get deploy web --subresource=status -o yaml")).contains("observedGeneration: 1");
        assertThat(run("kubectl get pods --chunk-size=1 -o name").lines()).hasSize(2);
        assertThat(refused("kubectl get pods nobody"))
                .contains("Error from server (NotFound): pods \"nobody\" not found");
        assertThat(refused("kubectl get nonsense")).contains("the server doesn't have a resource type \"nonsense\"");
    }

    @Test
    void watch() throws Exception {
        Process watch = kubectl.start("kubectl get configmaps -w --output-watch-events --no-headers");
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).containsPattern("ADDED +kube-root-ca.crt");
            run("kubectl create configmap watched --from-literal=a=1");
            assertThat(lines.readLine()).containsPattern("ADDED +watched +1");
            run("kubectl patch configmap watched -p '{\"data\":{\"b\":\"2\"}}'");
            assertThat(lines.readLine()).containsPattern("MODIFIED +watched +2");
            run("kubectl delete configmap watched");
            assertThat(lines.readLine()).containsPattern("DELETED +watched +2");
        } finally {
            watch.destroy();
        }
    }

    @Test
    void describe() {
        deployment();
        run("kubectl expose deployment web --port=80");
        assertThat(run("kubectl describe deployment web"))
                .contains("StrategyType:", "RollingUpdate", "NewReplicaSet:", "ScalingReplicaSet");
        assertThat(run("kubectl describe rs -l app=web")).contains("Controlled By:  Deployment/web");
        assertThat(run("kubectl describe pods -l app=web")).contains("QoS Class:", "BestEffort", "kube-api-access");
        assertThat(run("kubectl describe service web")).contains("Selector:", "app=web", "TargetPort:");
        assertThat(run("kubectl describe namespace " + namespace)).contains("Status:  ", "Active");
        assertThat(run("kubectl describe configmap kube-root-ca.crt")).contains("BEGIN CERTIFICATE");
        assertThat(run("kubectl describe serviceaccount default")).contains("Mountable secrets:");
        assertThat(run("kubectl describe clusterrole view")).contains("PolicyRule:", "deployments.apps");
        assertThat(run("kubectl describe priorityclass system-node-critical")).contains("2000001000");
        assertThat(refused("kubectl describe pod nobody")).contains("pods \"nobody\" not found");
    }

    /** Each is a typed object in protobuf. */
    @Test
    void createCommands() {
        String user = "kubectl config view --raw -o jsonpath='{.users[0].user.client-%s-data}' | base64 -d > $DIR/%s";
        run(user.formatted("certificate", "tls.crt"));
        run(user.formatted("key", "tls.key"));
        String[][] commands = {
            {"configmap cm --from-literal=a=1 --from-file=$DIR/tls.crt", "configmap/cm"},
            {"secret generic s --from-literal=a=1", "secret/s"},
            {"secret tls t --cert=$DIR/tls.crt --key=$DIR/tls.key", "secret/t"},
            {"secret docker-registry d --docker-server=r --docker-username=u --docker-password=p", "secret/d"},
            {"serviceaccount sa", "serviceaccount/sa"},
            {"deployment d --image=appl-x:1.17 --replicas=0 --port=80", "deployment.apps/d"},
            {"job j --image=appl-x:1.17 -- /bin/true", "job.batch/j"},
            {"cronjob c --image=appl-x:1.17 --schedule='0 0 1 1 *' -- /bin/true", "cronjob.batch/c"},
            {"job from-cron --from=cronjob/c", "job.batch/from-cron"},
            {"service clusterip sc --tcp=80:8080", "service/sc"},
            {"service nodeport sn --tcp=80:8080", "service/sn"},
            {"service loadbalancer sl --tcp=80:8080", "service/sl"},
            {"service externalname se --external-name=example.com", "service/se"},
            {"ingress i --rule='foo.com/bar=sc:80'", "ingress.networking.k8s.io/i"},
            {"quota q --hard=pods=100", "resourcequota/q"},
            {"poddisruptionbudget p --selector=app=x --min-available=1", "poddisruptionbudget.policy/p"},
            {"role r --verb=get,list --resource=pods", "role.rbac.authorization.k8s.io/r"},
            {"rolebinding rb --role=r --serviceaccount=" + namespace + ":sa", "rolebinding.rbac.authorization.k8s.io/rb"
            },
        };
        for (String[] command : commands) {
            // A warning may come first: of some kinds nothing acts on the objects yet.
            assertThat(run("kubectl create " + command[0])).endsWith(command[1] + " created\n");
        }
        String cluster = "walk-" + namespace;
        afterwards("/apis/rbac.authorization.k8s.io/v1/clusterroles/" + cluster);
        afterwards("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/" + cluster);
        afterwards("/apis/scheduling.k8s.io/v1/priorityclasses/" + cluster);
        afterwards("/api/v1/namespaces/" + cluster);
        run("kubectl create clusterrole " + cluster + " --verb=get --non-resource-url=/logs");
        run("kubectl create clusterrolebinding " + cluster + " --clusterrole=" + cluster + " --user=ann");
        run("kubectl create priorityclass " + cluster + " --value=7 --description=walk");
        run("kubectl create namespace " + cluster);
        assertThat(run("kubectl create token sa --duration=10m").strip().split("\\."))
                .hasSize(3);
        assertThat(run("kubectl auth can-i list pods --as=system:serviceaccount:" + namespace + ":sa"))
                .isEqualTo("yes\n");
        assertThat(run("kubectl get secret d -o jsonpath={.type}")).isEqualTo("kubernetes.io/dockerconfigjson");
        assertThat(refused("kubectl create configmap cm")).contains("configmaps \"cm\" already exists");
        assertThat(refused("kubectl create configmap Bad_Name"))
                .contains("a lowercase RFC 1123 subdomain must consist");
    }

    @Test
    void runAndExpose() {
        assertThat(run("kubectl run solo --image=appl-x:1.17 --port=80 --labels=app=solo --env=A=1"))
                .isEqualTo("pod/solo created\n");
        assertThat(run("kubectl expose pod solo --name=solo --port=8080 --target-port=80"))
                .isEqualTo("service/solo exposed\n");
        assertThat(run("kubectl get service solo -o jsonpath='{.spec.selector.app} {.spec.ports[0].targetPort}'"))
                .isEqualTo("solo 80");
        assertThat(run("kubectl run dry --image=appl-x:1.17 --dry-run=client -o yaml"))
                .contains("restartPolicy: Always");
        assertThat(run("kubectl run dry --image=appl-x:1.17 --dry-run=server"))
                .isEqualTo("pod/dry created (server dry run)\n");
        refused("kubectl get pod dry");
    }

    @Test
    void debug() {
        String node = "walk-" + namespace;
        afterwards("/api/v1/nodes/" + node);
        run("kubectl run solo --image=appl-x:1.17");
        run("kubectl debug solo --image=appl-x:1.18 -c helper -- true");
        assertThat(run("kubectl get pod solo -o jsonpath='{.spec.ephemeralContainers[*].name}'"))
                .isEqualTo("helper");
        run("kubectl debug solo --copy-to=copy --set-image=solo=appl-x:1.19 --same-node=false");
        assertThat(run("kubectl get pod copy -o jsonpath='{.spec.containers[0].image}'"))
                .isEqualTo("appl-x:1.19");
        run("echo '{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + node
                + "\"}}' | kubectl create -f -");
        assertThat(run("kubectl debug node/" + node + " --image=appl-x:1.18 -- true"))
                .contains("Creating debugging pod");
        assertThat(run("kubectl get pods -o jsonpath='{.items[*].spec.nodeName}'"))
                .isEqualTo(node);
    }

    @Test
    void applyOnTheClientsSide() {
        kubectl.file("web.yaml", DEPLOYMENT);
        assertThat(run("kubectl apply -f $DIR/web.yaml")).isEqualTo("deployment.apps/web created\n");
        assertThat(run("kubectl apply -f $DIR/web.yaml")).isEqualTo("deployment.apps/web unchanged\n");
        assertThat(run("kubectl diff -f $DIR/web.yaml")).isEmpty();
        kubectl.file("web.yaml", DEPLOYMENT.replace("1.17", "1.18").replace("replicas: 2", "replicas: 0"));
        Shell.Result difference = kubectl.attempt("kubectl diff -f $DIR/web.yaml");
        assertThat(difference.exitCode()).as(difference.output()).isEqualTo(1);
        assertThat(difference.output()).contains("-  replicas: 2", "+  replicas: 0");
        assertThat(run("kubectl apply --dry-run=server -f $DIR/web.yaml"))
                .isEqualTo("deployment.apps/web configured (server dry run)\n");
        assertThat(run("kubectl apply -f $DIR/web.yaml")).isEqualTo("deployment.apps/web configured\n");
        assertThat(
                        run(
                                "kubectl get deploy web -o jsonpath='{.spec.replicas}{.spec.template.spec.containers[0].image}'"))
                .isEqualTo("0appl-x:1.18");
        assertThat(run("kubectl apply view-last-applied -f $DIR/web.yaml")).contains("appl-x:1.18");
        run("kubectl apply set-last-applied -f $DIR/web.yaml");
        run("KUBE_EDITOR='sed -i s/1.18/1.19/' kubectl apply edit-last-applied deployment/web");
        assertThat(run("kubectl apply view-last-applied deployment/web")).contains("appl-x:1.19");

        kubectl.file("two.yaml", maps("one", "two"));
        run("kubectl apply -f $DIR/two.yaml");
        kubectl.file("two.yaml", maps("one"));
        assertThat(run("kubectl apply --prune -l set=walk --prune-allowlist=core/v1/ConfigMap -f $DIR/two.yaml"))
                .contains("configmap/one unchanged", "configmap/two pruned");
        kubectl.file("bad.yaml", DEPLOYMENT.replace("replicas: 2", "replica: 2"));
        assertThat(refused("kubectl apply -f $DIR/bad.yaml"))
                .contains("strict decoding error: unknown field \"spec.replica\"");
        assertThat(run("kubectl apply --validate=warn --dry-run=server -f $DIR/bad.yaml"))
                .contains("Warning: unknown field \"spec.replica\"");
    }

    private static String maps(String... names) {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append("---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: ")
                    .append(name)
                    .append(", labels: {set: walk}}}\n");
        }
        return all.toString();
    }

    @Test
    void applyOnTheServersSide() {
        kubectl.file("web.yaml", DEPLOYMENT);
        assertThat(run("kubectl apply --server-side -f $DIR/web.yaml"))
                .isEqualTo("deployment.apps/web serverside-applied\n");
        kubectl.file("web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 0"));
        assertThat(refused("kubectl apply --server-side --field-manager=other -f $DIR/web.yaml"))
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas");
        Shell.Result difference = kubectl.attempt("kubectl diff --server-side -f $DIR/web.yaml");
        assertThat(difference.exitCode()).as(difference.output()).isEqualTo(1);
        run("kubectl apply --server-side --field-manager=other --force-conflicts -f $DIR/web.yaml");
        assertThat(run("kubectl get deploy web -o yaml --show-managed-fields"))
                .contains("manager: other", "manager: kubectl", "operation: Apply");
        // A later client-side apply by the same hand.
        assertThat(run("kubectl apply -f $DIR/web.yaml")).contains("deployment.apps/web configured");
        assertThat(run("kubectl apply --server-side --force-conflicts -f $DIR/web.yaml"))
                .contains("deployment.apps/web serverside-applied");
    }

    @Test
    void editReplaceAndPatch() {
        deployment();
        assertThat(run("KUBE_EDITOR='sed -i s/replicas:.2/replicas:\\ 1/' kubectl edit deployment web"))
                .isEqualTo("deployment.apps/web edited\n");
        assertThat(run("kubectl get deploy web -o jsonpath={.spec.replicas}")).isEqualTo("1");
        assertThat(run("KUBE_EDITOR=true kubectl edit deployment web")).contains("Edit cancelled, no changes made.");
        run("KUBE_EDITOR='sed -i s/observedGeneration:.*/observedGeneration:\\ 99/' kubectl edit deploy web"
                + " --subresource=status");

        run("kubectl get deploy web -o yaml | sed 's/1.17/1.18/' > $DIR/changed.yaml");
        assertThat(run("kubectl replace -f $DIR/changed.yaml")).isEqualTo("deployment.apps/web replaced\n");
        assertThat(run("kubectl replace --force -f $DIR/web.yaml"))
                .contains("deployment.apps \"web\" deleted", "deployment.apps/web replaced");

        assertThat(run(
                        "kubectl patch deploy web -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"more\","
                                + "\"image\":\"b:1\"}]}}}}'"))
                .isEqualTo("deployment.apps/web patched\n");
        assertThat(run("kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'"))
                .isEqualTo("more web");
        run("kubectl patch deploy web --type=merge -p '{\"spec\":{\"paused\":true}}'");
        run("kubectl patch deploy web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/paused\"}]'");
        assertThat(run("kubectl patch deploy web --type=merge -p '{\"spec\":{\"replicas\":2}}'"))
                .isEqualTo("deployment.apps/web patched (no change)\n");
        run("kubectl patch deploy web --subresource=scale --type=merge -p '{\"spec\":{\"replicas\":3}}'");
        assertThat(run("kubectl get deploy web -o jsonpath={.spec.replicas}")).isEqualTo("3");
        assertThat(refused("kubectl patch deploy web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/none\"}]'"))
                .contains("the server rejected our request due to an error in our request");
    }

    @Test
    void labelAnnotateAndSet() {
        deployment();
        assertThat(run("kubectl label deploy web tier=front")).isEqualTo("deployment.apps/web labeled\n");
        assertThat(refused("kubectl label deploy web tier=back")).contains("'tier' already has a value (front)");
        run("kubectl label deploy web tier=back --overwrite; kubectl label deploy web tier-");
        assertThat(run("kubectl label deploy web --list")).isEqualTo("app=web\n");
        assertThat(run("kubectl annotate deploy web note='two words'")).isEqualTo("deployment.apps/web annotated\n");
        assertThat(run("kubectl annotate deploy web note-")).isEqualTo("deployment.apps/web annotated\n");
        assertThat(run("kubectl set image deploy/web web=appl-x:1.18"))
                .isEqualTo("deployment.apps/web image updated\n");
        assertThat(run("kubectl set env deploy/web A=1 B=2")).isEqualTo("deployment.apps/web env updated\n");
        assertThat(run("kubectl set env deploy/web --list")).contains("A=1", "B=2");
        run("kubectl set resources deploy/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi");
        run("kubectl set serviceaccount deploy/web default");
        assertThat(run("kubectl get deploy web -o jsonpath='{.spec.template.spec.serviceAccountName}"
                        + " {.spec.template.spec.containers[0].resources.limits.cpu}'"))
                .isEqualTo("default 200m");
        run("kubectl create service clusterip web --tcp=80; kubectl set selector service web app=web");
        assertThat(run("kubectl get service web -o jsonpath={.spec.selector}")).isEqualTo("{\"app\":\"web\"}");
        run("kubectl create role r --verb=get --resource=pods; kubectl create rolebinding rb --role=r --user=ann");
        assertThat(run("kubectl set subject rolebinding rb --user=bob"))
                .contains("rolebinding.rbac.authorization.k8s.io/rb");
        assertThat(run("kubectl get rolebinding rb -o jsonpath='{.subjects[*].name}'"))
                .isEqualTo("ann bob");
    }

    @Test
    void nodesWithoutMachines() {
        String node = "walk-" + namespace;
        afterwards("/api/v1/nodes/" + node);
        run("echo '{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + node
                + "\"}}' | kubectl create -f -");
        assertThat(run("kubectl taint node " + node + " dedicated=walk:NoSchedule"))
                .contains("node/" + node + " tainted");
        assertThat(run("kubectl taint node " + node + " dedicated:NoSchedule-"))
                .contains("node/" + node + " untainted");
        assertThat(run("kubectl cordon " + node)).isEqualTo("node/" + node + " cordoned\n");
        assertThat(run("kubectl get node " + node)).contains("SchedulingDisabled");
        assertThat(run("kubectl uncordon " + node)).isEqualTo("node/" + node + " uncordoned\n");
        assertThat(run("kubectl drain " + node)).contains("node/" + node + " drained");
        assertThat(run("kubectl describe node " + node)).contains("Unschedulable:      true", "Non-terminated Pods:");
    }

    @Test
    void deleteAndWait() {
        kubectl.file("maps.yaml", maps("one", "two", "three", "four"));
        run("kubectl create -f $DIR/maps.yaml");
        assertThat(run("kubectl delete configmap one")).startsWith("configmap \"one\" deleted");
        run("kubectl wait --for=delete configmap/one --timeout=10s");
        assertThat(run("kubectl delete configmaps -l set=walk --field-selector=metadata.name=two"))
                .startsWith("configmap \"two\" deleted");
        assertThat(run("kubectl delete -f $DIR/maps.yaml --ignore-not-found --wait=false"))
                .contains("configmap \"three\" deleted", "configmap \"four\" deleted")
                .doesNotContain("one");
        assertThat(refused("kubectl delete configmap one")).contains("configmaps \"one\" not found");
        deployment();
        run("kubectl wait deploy/web --for=jsonpath='{.status.replicas}'=2 --timeout=20s");
        run("kubectl wait deploy/web --for=condition=Available=false --timeout=20s");
        assertThat(refused("kubectl wait deploy/web --for=condition=Available --timeout=1s"))
                .contains("timed out");
        Process later = kubectl.start("kubectl wait --for=create configmap/late --timeout=30s");
        run("kubectl create configmap late");
        assertThat(later.onExit()
                        .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .exitValue())
                .isZero();
        run("kubectl delete deployment web --cascade=orphan");
        assertThat(run("kubectl get rs -l app=web -o name")).contains("replicaset.apps/web-");
        run("kubectl delete rs -l app=web --cascade=foreground --timeout=30s");
        assertThat(run("kubectl get pods")).contains("No resources found");
        assertThat(run("kubectl delete configmap --all")).contains("configmap \"late\" deleted");
    }

    @Test
    void scaleAndAutoscale() {
        deployment();
        assertThat(run("kubectl scale deploy web --replicas=1")).isEqualTo("deployment.apps/web scaled\n");
        assertThat(run("kubectl scale deploy web --current-replicas=1 --replicas=0"))
                .contains("scaled");
        assertThat(refused("kubectl scale deploy web --current-replicas=5 --replicas=1"))
                .contains("Expected replicas to be 5, was 0");
        assertThat(run("kubectl autoscale deploy web --min=1 --max=5 --cpu-percent=80"))
                .endsWith("horizontalpodautoscaler.autoscaling/web autoscaled\n");
        assertThat(run("kubectl get hpa web")).containsPattern("web +Deployment/web +.*80% +1 +5");
    }

    @Test
    void rolloutOfADeployment() {
        kubectl.file("web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 0"));
        run("kubectl apply -f $DIR/web.yaml");
        assertThat(run("kubectl rollout status deploy/web --timeout=30s")).contains("successfully rolled out");
        run("kubectl set image deploy/web web=appl-x:1.18");
        run("kubectl annotate deploy/web kubernetes.io/change-cause=newer");
        await("the second revision")
                .atMost(Requests.SOON)
                .untilAsserted(() ->
                        assertThat(run("kubectl rollout history deploy/web")).containsPattern("2 +newer"));
        assertThat(run("kubectl rollout history deploy/web --revision=1")).contains("appl-x:1.17");
        assertThat(run("kubectl rollout undo deploy/web")).isEqualTo("deployment.apps/web rolled back\n");
        assertThat(run("kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}'"))
                .isEqualTo("appl-x:1.17");
        assertThat(run("kubectl rollout pause deploy/web")).isEqualTo("deployment.apps/web paused\n");
        assertThat(refused("kubectl rollout restart deploy/web")).contains("can't restart paused deployment");
        assertThat(run("kubectl rollout resume deploy/web")).isEqualTo("deployment.apps/web resumed\n");
        assertThat(run("kubectl rollout restart deploy/web")).isEqualTo("deployment.apps/web restarted\n");
        assertThat(run("kubectl get deploy web -o yaml")).contains("kubectl.kubernetes.io/restartedAt");
        kubectl.file("web.yaml", DEPLOYMENT);
        run("kubectl apply -f $DIR/web.yaml");
        assertThat(refused("kubectl rollout status deploy/web --timeout=2s"))
                .contains("Waiting for deployment \"web\"");
    }

    @Test
    void rolloutOfADaemonSet() {
        kubectl.file("agent.yaml", DAEMON_SET);
        run("kubectl apply -f $DIR/agent.yaml");
        run("kubectl set image ds/agent agent=appl-x:1.18");
        await("two revisions")
                .atMost(Requests.SOON)
                .untilAsserted(() -> assertThat(
                                run("kubectl get controllerrevisions -o name").lines())
                        .hasSize(2));
        assertThat(run("kubectl rollout history ds/agent --revision=1")).contains("appl-x:1.17");
        assertThat(run("kubectl rollout undo ds/agent --to-revision=1"))
                .isEqualTo("daemonset.apps/agent rolled back\n");
        assertThat(run("kubectl get ds agent -o jsonpath='{.spec.template.spec.containers[0].image}'"))
                .isEqualTo("appl-x:1.17");
        run("kubectl rollout status ds/agent --timeout=20s");
    }

    @Test
    void auth() {
        assertThat(run("kubectl auth whoami")).contains("kubernetes-admin", "system:masters");
        assertThat(run("kubectl auth can-i create deployments.apps")).isEqualTo("yes\n");
        assertThat(refused("kubectl auth can-i delete nodes --as=ann")).contains("no");
        assertThat(run("kubectl auth can-i --list")).contains("*.*", "[*]");
        assertThat(run("kubectl auth can-i get pods/log --subresource=log || true"))
                .isNotEmpty();
        assertThat(refused("kubectl get pods --as=ann --as-group=team"))
                .contains("pods is forbidden: User \"ann\" cannot list resource \"pods\"");
        kubectl.file("role.yaml", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: reconciled, namespace: %s}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
                """.formatted(namespace));
        assertThat(run("kubectl auth reconcile -f $DIR/role.yaml"))
                .contains("role.rbac.authorization.k8s.io/reconciled");
        run("sed -i s/get/list/ $DIR/role.yaml; kubectl auth reconcile -f $DIR/role.yaml");
        assertThat(run("kubectl get role reconciled -o jsonpath='{.rules[*].verbs}'"))
                .contains("get", "list");
    }

    @Test
    void certificates() throws Exception {
        for (String name : new String[] {"yes", "no"}) {
            String request = name + "-" + namespace;
            afterwards("/apis/certificates.k8s.io/v1/certificatesigningrequests/" + request);
            run("""
                    kubectl create -f - <<END
                    apiVersion: certificates.k8s.io/v1
                    kind: CertificateSigningRequest
                    metadata: {name: %s}
                    spec:
                      request: %s
                      signerName: example.com/walk
                      usages: [client auth]
                    END
                    """.formatted(request, AuthConformanceIT.request("CN=walk")));
        }
        assertThat(run("kubectl certificate approve yes-" + namespace)).contains("approved");
        assertThat(run("kubectl certificate deny no-" + namespace)).contains("denied");
        assertThat(run("kubectl get csr yes-" + namespace))
                .containsPattern("example.com/walk +kubernetes-admin.*Approved");
        assertThat(run("kubectl describe csr no-" + namespace)).contains("Denied");
    }

    @Test
    void events() {
        deployment();
        await("an event")
                .atMost(Requests.SOON)
                .untilAsserted(() -> assertThat(run("kubectl events")).contains("ScalingReplicaSet", "Deployment/web"));
        assertThat(run("kubectl events --for=deployment/web")).contains("Scaled up replica set");
        assertThat(run("kubectl events --types=Normal -A")).contains(namespace);
        assertThat(run("kubectl get events --field-selector=involvedObject.kind=Deployment"))
                .contains("deployment/web");
    }

    @Test
    void nothingToTalkTo() {
        deployment();
        // A pod without a node has logged nothing: that is no error.
        assertThat(run("kubectl logs deploy/web"))
                .startsWith("Found 2 pods, using pod/web-")
                .hasLineCount(1);
        assertThat(refused("kubectl exec deploy/web -- true")).contains("does not have a host assigned");
        assertThat(refused("kubectl top nodes")).contains("Metrics API not available");
    }

    @Test
    void onTheClientOnly() {
        kubectl.file("web.yaml", DEPLOYMENT);
        kubectl.file("kustomization.yaml", "{resources: [web.yaml], namePrefix: pre-}");
        assertThat(run("kubectl kustomize $DIR")).contains("name: pre-web");
        assertThat(run("kubectl apply -k $DIR")).isEqualTo("deployment.apps/pre-web created\n");
        assertThat(run("kubectl config view --minify")).contains("namespace: " + namespace);
        assertThat(run("kubectl config current-context")).isNotBlank();
        assertThat(run("kubectl completion bash")).contains("__start_kubectl");
        assertThat(run("kubectl __complete get deployments ''")).contains("pre-web");
        assertThat(run("kubectl options")).contains("--as-group");
        assertThat(run("kubectl plugin list 2>&1 || true")).isNotBlank();
    }
}
