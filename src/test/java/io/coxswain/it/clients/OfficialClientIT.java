package io.coxswain.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.Discovery;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.ProtoClient.ObjectOrStatus;
import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.RbacAuthorizationV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1CronJobList;
import io.kubernetes.client.openapi.models.V1CronJobSpec;
import io.kubernetes.client.openapi.models.V1DeleteOptions;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1IngressBackend;
import io.kubernetes.client.openapi.models.V1IngressList;
import io.kubernetes.client.openapi.models.V1IngressServiceBackend;
import io.kubernetes.client.openapi.models.V1IngressSpec;
import io.kubernetes.client.openapi.models.V1JobSpec;
import io.kubernetes.client.openapi.models.V1JobTemplateSpec;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseList;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetList;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetSpec;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1Preconditions;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReviewSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1ServiceBackendPort;
import io.kubernetes.client.openapi.models.V1ServiceList;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.kubernetes.client.openapi.models.V1Status;
import io.kubernetes.client.openapi.models.V1StatusCause;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Kubernetes project's own client; {@link Fabric8ClientIT} takes the same steps. */
@ExtendWith(ArquillianExtension.class)
class OfficialClientIT {
    private static final String NAMESPACE = "client-official";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static ApiClient client;

    @SuppressWarnings("NullAway.Init")
    private static CoreV1Api core;

    @SuppressWarnings("NullAway.Init")
    private static AppsV1Api apps;

    @BeforeAll
    static void connect() throws IOException, ApiException {
        KubeConfig config = KubeConfig.loadKubeConfig(new StringReader(Cluster.kubeconfig()));
        client = ClientBuilder.kubeconfig(config).setBasePath(Cluster.url()).build();
        core = new CoreV1Api(client);
        apps = new AppsV1Api(client);
        core.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(NAMESPACE)))
                .execute();
    }

    @AfterAll
    static void disconnect() throws ApiException {
        core.deleteNamespace(NAMESPACE).execute();
    }

    private static V1ConfigMap configMap(String name, String set) {
        return new V1ConfigMap()
                .apiVersion("v1")
                .kind("ConfigMap")
                .metadata(new V1ObjectMeta().name(name).namespace(NAMESPACE).putLabelsItem("set", set))
                .putDataItem("key", "value");
    }

    private static V1ConfigMap create(String name, String set) throws ApiException {
        return core.createNamespacedConfigMap(NAMESPACE, configMap(name, set)).execute();
    }

    private static V1ConfigMap read(String name) throws ApiException {
        return core.readNamespacedConfigMap(name, NAMESPACE).execute();
    }

    private static V1Status refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int code, String reason)
            throws IOException {
        ApiException e = catchThrowableOfType(ApiException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.getCode()).as(e.getResponseBody()).isEqualTo(code);
        V1Status status = V1Status.fromJson(e.getResponseBody());
        assertThat(status.getCode()).isEqualTo(code);
        assertThat(status.getReason()).as(e.getResponseBody()).isEqualTo(reason);
        return status;
    }

    private static V1ConfigMap merge(String name, String patch) throws ApiException {
        return PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap(name, NAMESPACE, new V1Patch(patch))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                client);
    }

    @Test
    void anObjectIsCreatedReadUpdatedAndDeleted() throws ApiException, IOException {
        V1ConfigMap created = create("crud", "crud");
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(read("crud")).isEqualTo(created);

        V1ConfigMap changed = read("crud").putDataItem("more", "1");
        V1ConfigMap updated =
                core.replaceNamespacedConfigMap("crud", NAMESPACE, changed).execute();
        assertThat(updated.getData()).containsEntry("more", "1");
        assertThat(updated.getMetadata().getResourceVersion())
                .isNotEqualTo(created.getMetadata().getResourceVersion());

        V1Status conflict = refusal(
                () -> core.replaceNamespacedConfigMap("crud", NAMESPACE, created.putDataItem("late", "1"))
                        .execute(),
                409,
                "Conflict");
        assertThat(conflict.getMessage()).contains("the object has been modified");

        V1Status deleted = core.deleteNamespacedConfigMap("crud", NAMESPACE).execute();
        assertThat(deleted.getStatus()).isEqualTo("Success");
        refusal(() -> read("crud"), 404, "NotFound");
    }

    @Test
    void refusalsAreTyped() throws ApiException, IOException {
        refusal(() -> create("Not A Name", "x"), 422, "Invalid");
        create("twice", "typed");
        refusal(() -> create("twice", "typed"), 409, "AlreadyExists");
        refusal(() -> merge("nobody", "{\"data\":{\"a\":\"b\"}}"), 404, "NotFound");
        V1Deployment broken = deployment("broken");
        broken.getSpec().setReplicas(-1);
        V1Status invalid =
                refusal(() -> apps.createNamespacedDeployment(NAMESPACE, broken).execute(), 422, "Invalid");
        assertThat(invalid.getDetails().getCauses())
                .extracting(V1StatusCause::getField)
                .containsExactly("spec.replicas");
    }

    @Test
    void aListComesInPages() throws Exception {
        PagedList.walk(name -> create(name, "pages"), token -> {
            V1ConfigMapList page = core.listNamespacedConfigMap(NAMESPACE)
                    .labelSelector("set=pages")
                    .limit(3)
                    ._continue(token)
                    .execute();
            return new PagedList.Page(names(page), page.getMetadata().getContinue());
        });
        refusal(
                () -> core.listNamespacedConfigMap(NAMESPACE)
                        ._continue("nonsense")
                        .execute(),
                400,
                "BadRequest");
    }

    @Test
    void selectorsSelect() throws ApiException, IOException {
        create("sel-a", "left");
        create("sel-b", "right");
        assertThat(selected("set=left", null)).containsExactly("sel-a");
        assertThat(selected("set in (left,right)", null)).containsExactly("sel-a", "sel-b");
        assertThat(selected("set notin (left)", "metadata.name=sel-b")).containsExactly("sel-b");
        refusal(() -> selected(null, "data.key=value"), 400, "BadRequest");
        refusal(() -> selected("set in (left", null), 400, "BadRequest");
    }

    private static List<String> selected(
            @org.jspecify.annotations.Nullable String labels, @org.jspecify.annotations.Nullable String fields)
            throws ApiException {
        return names(core.listNamespacedConfigMap(NAMESPACE)
                .labelSelector(labels)
                .fieldSelector(fields)
                .execute());
    }

    private static List<String> names(V1ConfigMapList list) {
        return list.getItems().stream()
                .map(item -> item.getMetadata().getName())
                .toList();
    }

    @Test
    void everyKindOfPatch() throws ApiException, IOException {
        apps.createNamespacedDeployment(NAMESPACE, deployment("patched")).execute();
        assertThat(patch(
                                "[{\"op\":\"replace\",\"path\":\"/spec/revisionHistoryLimit\",\"value\":3}]",
                                V1Patch.PATCH_FORMAT_JSON_PATCH)
                        .getSpec()
                        .getRevisionHistoryLimit())
                .isEqualTo(3);
        assertThat(patch("{\"metadata\":{\"annotations\":{\"merged\":\"yes\"}}}", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH)
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("merged", "yes");
        // Merged by name: the container keeps its image.
        V1Deployment strategic = patch("""
                {"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"B"}]}]}}}}""", V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH);
        assertThat(strategic.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.getImage()).isEqualTo("app:1");
                    assertThat(c.getEnv()).hasSize(1);
                });
        assertThat(PatchUtils.patch(
                                io.kubernetes.client.openapi.models.V1Scale.class,
                                () -> apps.patchNamespacedDeploymentScale(
                                                "patched", NAMESPACE, new V1Patch("{\"spec\":{\"replicas\":2}}"))
                                        .buildCall(null),
                                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                                client)
                        .getSpec()
                        .getReplicas())
                .isEqualTo(2);
        refusal(
                () -> patch(
                        "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9}]", V1Patch.PATCH_FORMAT_JSON_PATCH),
                422,
                "Invalid");
    }

    private static V1Deployment patch(String patch, String format) throws ApiException {
        return PatchUtils.patch(
                V1Deployment.class,
                () -> apps.patchNamespacedDeployment("patched", NAMESPACE, new V1Patch(patch))
                        .buildCall(null),
                format,
                client);
    }

    @Test
    void appliedFieldsHaveOwners() throws ApiException, IOException {
        String mine = """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},"data":{"key":"value"}}""";
        String theirs = mine.replace("\"value\"", "\"of two\"");
        apply(mine, "one", null);
        V1Status conflict = refusal(() -> apply(theirs, "two", null), 409, "Conflict");
        assertThat(conflict.getDetails().getCauses())
                .extracting(V1StatusCause::getField)
                .containsExactly(".data.key");
        V1ConfigMap forced = apply(theirs, "two", true);
        assertThat(forced.getData()).containsEntry("key", "of two");
        V1ConfigMap without = apply("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"}}""", "two", null);
        assertThat(without.getData())
                .as("what its owner applies no more is gone")
                .isNullOrEmpty();
    }

    private static V1ConfigMap apply(String object, String manager, @org.jspecify.annotations.Nullable Boolean force)
            throws ApiException {
        return PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap("applied", NAMESPACE, new V1Patch(object))
                        .fieldManager(manager)
                        .force(force)
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                client);
    }

    @Test
    void deletionsHavePreconditions() throws ApiException, IOException {
        V1ConfigMap created = create("guarded", "delete");
        create("second", "delete");
        create("other", "keep");
        refusal(() -> delete("guarded", new V1Preconditions().resourceVersion("1")), 409, "Conflict");
        refusal(() -> delete("guarded", new V1Preconditions().uid("someone-else")), 409, "Conflict");
        assertThat(read("guarded")).isEqualTo(created);
        delete(
                "guarded",
                new V1Preconditions()
                        .uid(created.getMetadata().getUid())
                        .resourceVersion(created.getMetadata().getResourceVersion()));
        refusal(() -> read("guarded"), 404, "NotFound");
        core.deleteCollectionNamespacedConfigMap(NAMESPACE)
                .labelSelector("set=delete")
                .execute();
        assertThat(selected("set=delete", null)).isEmpty();
        assertThat(selected("set=keep", null)).containsExactly("other");
    }

    private static void delete(String name, V1Preconditions preconditions) throws ApiException {
        core.deleteNamespacedConfigMap(name, NAMESPACE)
                .body(new V1DeleteOptions().preconditions(preconditions))
                .execute();
    }

    @Test
    void aWatchGoesOnWhereItEnded() throws ApiException, IOException {
        String start =
                core.listNamespacedConfigMap(NAMESPACE).execute().getMetadata().getResourceVersion();
        create("watch-a", "watched");
        String last = create("watch-b", "watched").getMetadata().getResourceVersion();
        assertThat(watch(start, 2)).containsExactly("ADDED watch-a", "ADDED watch-b");
        merge("watch-a", "{\"data\":{\"n\":\"1\"}}");
        merge("watch-b", "{\"metadata\":{\"labels\":{\"set\":\"gone\"}}}"); // leaves the selection
        core.deleteNamespacedConfigMap("watch-a", NAMESPACE).execute();
        assertThat(watch(last, 3)).containsExactly("MODIFIED watch-a", "DELETED watch-b", "DELETED watch-a");
    }

    private static List<String> watch(String since, int count) throws ApiException, IOException {
        List<String> events = new ArrayList<>();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("set=watched")
                        .resourceVersion(since)
                        .watch(true)
                        .timeoutSeconds(20)
                        .buildCall(null),
                new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            for (Watch.Response<V1ConfigMap> event : watch) {
                events.add(event.type + " " + event.object.getMetadata().getName());
                if (events.size() == count) {
                    break;
                }
            }
        }
        return events;
    }

    @Test
    void anInformerSeesEveryChangeOfManyWriters() throws ApiException, InterruptedException {
        create("inf-before", "informed");
        Counts counts = new Counts();
        SharedInformerFactory factory = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer = factory.sharedIndexInformerFor(
                params -> core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("set=informed")
                        .resourceVersion(params.resourceVersion)
                        .watch(params.watch)
                        .timeoutSeconds(params.timeoutSeconds)
                        .buildCall(null),
                V1ConfigMap.class,
                V1ConfigMapList.class,
                1_000);
        informer.addEventHandler(counts);
        factory.startAllRegisteredInformers();
        try {
            await("the first list").atMost(PATIENCE).until(informer::hasSynced);
            ChangeCounts.write(
                    name -> create(name, "informed"),
                    name -> merge(name, "{\"data\":{\"n\":\"" + UUID.randomUUID() + "\"}}"),
                    name -> core.deleteNamespacedConfigMap(name, NAMESPACE).execute());
            counts.expectAll();
            assertThat(informer.getIndexer().list())
                    .containsExactlyInAnyOrderElementsOf(core.listNamespacedConfigMap(NAMESPACE)
                            .labelSelector("set=informed")
                            .execute()
                            .getItems());
        } finally {
            factory.stopAllRegisteredInformers();
        }
    }

    private static final class Counts extends ChangeCounts<V1ConfigMap> implements ResourceEventHandler<V1ConfigMap> {
        Counts() {
            super(item -> item.getMetadata().getResourceVersion());
        }
    }

    @Test
    void aServiceAccountLogsInByItsToken() throws ApiException, IOException {
        V1ObjectMeta reader = new V1ObjectMeta().name("reader");
        core.createNamespacedServiceAccount(NAMESPACE, new V1ServiceAccount().metadata(reader))
                .execute();
        RbacAuthorizationV1Api rbac = new RbacAuthorizationV1Api(client);
        rbac.createNamespacedRole(
                        NAMESPACE,
                        new V1Role()
                                .metadata(reader)
                                .addRulesItem(new V1PolicyRule()
                                        .addApiGroupsItem("")
                                        .addResourcesItem("configmaps")
                                        .verbs(List.of("get", "list", "watch"))))
                .execute();
        rbac.createNamespacedRoleBinding(
                        NAMESPACE,
                        new V1RoleBinding()
                                .metadata(reader)
                                .roleRef(new V1RoleRef()
                                        .apiGroup("rbac.authorization.k8s.io")
                                        .kind("Role")
                                        .name("reader"))
                                .addSubjectsItem(new RbacV1Subject()
                                        .kind("ServiceAccount")
                                        .name("reader")
                                        .namespace(NAMESPACE)))
                .execute();
        AuthenticationV1TokenRequest answer = core.createNamespacedServiceAccountToken(
                        "reader",
                        NAMESPACE,
                        new AuthenticationV1TokenRequest()
                                .spec(new V1TokenRequestSpec()
                                        .expirationSeconds(600L)
                                        .audiences(List.of())))
                .execute();
        assertThat(answer.getStatus().getExpirationTimestamp())
                .isAfter(OffsetDateTime.now(java.time.ZoneOffset.UTC).plusMinutes(5));
        ApiClient own = withToken(answer.getStatus().getToken());
        assertThat(new CoreV1Api(own)
                        .listNamespacedConfigMap(NAMESPACE)
                        .execute()
                        .getItems())
                .extracting(item -> item.getMetadata().getName())
                .contains("kube-root-ca.crt");
        V1Status forbidden =
                refusal(() -> new CoreV1Api(own).listNamespacedSecret(NAMESPACE).execute(), 403, "Forbidden");
        assertThat(forbidden.getMessage())
                .contains("User \"system:serviceaccount:" + NAMESPACE + ":reader\" cannot list resource");
        assertThat(isAllowed(own, "list")).isTrue();
        assertThat(isAllowed(own, "delete")).isFalse();
        refusal(
                () -> new CoreV1Api(withToken("a.b.c"))
                        .listNamespacedConfigMap(NAMESPACE)
                        .execute(),
                401,
                "Unauthorized");
    }

    private static ApiClient withToken(String token) throws IOException {
        return new ClientBuilder()
                .setBasePath(Cluster.url())
                .setCertificateAuthority(Cluster.authority().getBytes(StandardCharsets.UTF_8))
                .setAuthentication(new AccessTokenAuthentication(token))
                .build();
    }

    private static boolean isAllowed(ApiClient caller, String verb) throws ApiException {
        return new AuthorizationV1Api(caller)
                .createSelfSubjectAccessReview(new V1SelfSubjectAccessReview()
                        .spec(new V1SelfSubjectAccessReviewSpec()
                                .resourceAttributes(new V1ResourceAttributes()
                                        .namespace(NAMESPACE)
                                        .verb(verb)
                                        .resource("configmaps"))))
                .execute()
                .getStatus()
                .getAllowed();
    }

    private static V1PodTemplateSpec template(String name) {
        return new V1PodTemplateSpec()
                .metadata(new V1ObjectMeta().putLabelsItem("app", name))
                .spec(new V1PodSpec()
                        .addContainersItem(new V1Container().name("main").image("app:1")));
    }

    private static V1Deployment deployment(String name) {
        return new V1Deployment()
                .metadata(new V1ObjectMeta().name(name))
                .spec(new V1DeploymentSpec()
                        .replicas(0)
                        .selector(new V1LabelSelector().putMatchLabelsItem("app", name))
                        .template(template(name)));
    }

    private static V1ObjectMeta typed() {
        return new V1ObjectMeta().name("typed").namespace(NAMESPACE);
    }

    @Test
    void kindsOfManyGroupsKeepTheirTypes() throws Exception {
        V1Service service = roundTrip(
                V1Service.class,
                V1ServiceList.class,
                "",
                "services",
                new V1Service()
                        .metadata(typed())
                        .spec(new V1ServiceSpec()
                                .putSelectorItem("app", "typed")
                                .addPortsItem(new V1ServicePort().port(80).targetPort(new IntOrString("http")))));
        assertThat(service.getSpec().getClusterIP()).startsWith("10.");
        assertThat(service.getSpec().getPorts().get(0).getTargetPort()).isEqualTo(new IntOrString("http"));
        roundTrip(
                V1Ingress.class,
                V1IngressList.class,
                "networking.k8s.io",
                "ingresses",
                new V1Ingress()
                        .metadata(typed())
                        .spec(new V1IngressSpec()
                                .defaultBackend(new V1IngressBackend()
                                        .service(new V1IngressServiceBackend()
                                                .name("typed")
                                                .port(new V1ServiceBackendPort().number(80))))));
        roundTrip(
                V1PodDisruptionBudget.class,
                V1PodDisruptionBudgetList.class,
                "policy",
                "poddisruptionbudgets",
                new V1PodDisruptionBudget()
                        .metadata(typed())
                        .spec(new V1PodDisruptionBudgetSpec()
                                .minAvailable(new IntOrString("50%"))
                                .selector(new V1LabelSelector().putMatchLabelsItem("app", "typed"))));
        OffsetDateTime renewed = OffsetDateTime.parse("2026-01-01T00:00:00.123456Z");
        assertThat(roundTrip(
                                V1Lease.class,
                                V1LeaseList.class,
                                "coordination.k8s.io",
                                "leases",
                                new V1Lease()
                                        .metadata(typed())
                                        .spec(new V1LeaseSpec()
                                                .holderIdentity("me")
                                                .renewTime(renewed)))
                        .getSpec()
                        .getRenewTime())
                .isEqualTo(renewed);
        V1PodTemplateSpec never = template("typed");
        never.getSpec().setRestartPolicy("Never");
        roundTrip(
                V1CronJob.class,
                V1CronJobList.class,
                "batch",
                "cronjobs",
                new V1CronJob()
                        .metadata(typed())
                        .spec(new V1CronJobSpec()
                                .schedule("0 0 1 1 *")
                                .suspend(true)
                                .jobTemplate(new V1JobTemplateSpec().spec(new V1JobSpec().template(never)))));
    }

    private static <T extends KubernetesObject, L extends KubernetesListObject> T roundTrip(
            Class<T> type, Class<L> list, String group, String plural, T object) throws Exception {
        GenericKubernetesApi<T, L> kind = new GenericKubernetesApi<>(type, list, group, "v1", plural, client);
        T created = kind.create(object).throwsApiException().getObject();
        T updated = Cluster.rewrite(
                () -> {
                    T read = kind.get(NAMESPACE, "typed").throwsApiException().getObject();
                    assertThat(read.getMetadata().getUid())
                            .isEqualTo(created.getMetadata().getUid());
                    read.getMetadata().setLabels(Map.of("round", "trip"));
                    return kind.update(read).throwsApiException().getObject();
                },
                e -> e instanceof ApiException refused && refused.getCode() == 409);
        assertThat(updated.getMetadata().getLabels()).as(plural).containsEntry("round", "trip");
        assertThat(kind.list(NAMESPACE).throwsApiException().getObject().getItems())
                .as(plural)
                .isNotEmpty();
        return updated;
    }

    @Test
    void protobufGoesBothWays() throws ApiException, IOException {
        ProtoClient proto = new ProtoClient(client);
        String collection = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
        V1.ConfigMap wanted = V1.ConfigMap.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder().setName("proto").setNamespace(NAMESPACE))
                .putData("key", "value")
                .build();
        ObjectOrStatus<V1.ConfigMap> created = proto.create(wanted, collection, "v1", "ConfigMap");
        assertThat(created.status).isNull();
        assertThat(created.object.getMetadata().getUid()).isNotEmpty();
        assertThat(read("proto").getData()).containsEntry("key", "value");

        ObjectOrStatus<V1.ConfigMap> updated = proto.update(
                created.object.toBuilder().putData("more", "1").build(), collection + "/proto", "v1", "ConfigMap");
        assertThat(updated.object.getDataMap()).containsEntry("more", "1");
        ObjectOrStatus<V1.ConfigMap> stale = proto.update(created.object, collection + "/proto", "v1", "ConfigMap");
        assertThat(stale.status.getCode()).isEqualTo(409);
        assertThat(stale.status.getReason()).isEqualTo("Conflict");

        ObjectOrStatus<V1.ConfigMapList> list = proto.list(V1.ConfigMapList.newBuilder(), collection);
        assertThat(list.object.getItemsList())
                .extracting(item -> item.getMetadata().getName())
                .contains("proto", "kube-root-ca.crt");
        ObjectOrStatus<V1.NamespaceList> namespaces = proto.list(V1.NamespaceList.newBuilder(), "/api/v1/namespaces");
        assertThat(namespaces.object.getItemsList())
                .extracting(item -> item.getMetadata().getName())
                .contains("default", NAMESPACE);
        ObjectOrStatus<V1.ConfigMap> deleted = proto.delete(V1.ConfigMap.newBuilder(), collection + "/proto");
        assertThat(deleted.status.getStatus()).isEqualTo("Success");
        refusal(() -> read("proto"), 404, "NotFound");
    }

    @Test
    void discoveryNamesWhatThereIs() throws ApiException {
        assertThat(new Discovery(client).findAll())
                .extracting(resource -> resource.getGroup() + "/" + resource.getKind())
                .contains("/Pod", "apps/Deployment", "resource.k8s.io/ResourceClaim", "batch/CronJob");
    }
}
