package io.coxswain.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** fabric8's client; {@link OfficialClientIT} takes the same steps. */
@ExtendWith(ArquillianExtension.class)
class Fabric8ClientIT {
    private static final String NAMESPACE = "client-fabric8";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static KubernetesClient client;

    @BeforeAll
    static void connect() {
        Config config = Config.fromKubeconfig(Cluster.kubeconfig());
        config.setMasterUrl(Cluster.url());
        client = new KubernetesClientBuilder().withConfig(config).build();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void disconnect() {
        client.namespaces().withName(NAMESPACE).delete();
        client.close();
    }

    private static NonNamespaceOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> configMaps() {
        return client.configMaps().inNamespace(NAMESPACE);
    }

    private static ConfigMap configMap(String name, String set) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .addToLabels("set", set)
                .endMetadata()
                .addToData("key", "value")
                .build();
    }

    private static ConfigMap create(String name, String set) {
        return configMaps().resource(configMap(name, set)).create();
    }

    private static KubernetesClientException refusal(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int code, String reason) {
        KubernetesClientException e = catchThrowableOfType(KubernetesClientException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.getStatus()).as(e.getMessage()).isNotNull();
        assertThat(e.getCode()).as(e.getMessage()).isEqualTo(code);
        assertThat(e.getStatus().getReason()).as(e.getMessage()).isEqualTo(reason);
        return e;
    }

    @Test
    void anObjectIsCreatedReadUpdatedAndDeleted() {
        ConfigMap created = create("crud", "crud");
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(configMaps().withName("crud").get()).isEqualTo(created);

        ConfigMap updated = configMaps()
                .resource(new ConfigMapBuilder(created).addToData("more", "1").build())
                .update();
        assertThat(updated.getData()).containsEntry("more", "1");
        assertThat(updated.getMetadata().getResourceVersion())
                .isNotEqualTo(created.getMetadata().getResourceVersion());

        ConfigMap stale = new ConfigMapBuilder(created).addToData("late", "1").build();
        KubernetesClientException conflict = refusal(
                () -> configMaps()
                        .resource(stale)
                        .lockResourceVersion(created.getMetadata().getResourceVersion())
                        .update(),
                409,
                "Conflict");
        assertThat(conflict.getStatus().getMessage()).contains("the object has been modified");

        configMaps().withName("crud").delete();
        assertThat(configMaps().withName("crud").get()).isNull();
    }

    @Test
    void refusalsAreTyped() {
        refusal(() -> configMaps().resource(configMap("Not A Name", "x")).create(), 422, "Invalid");
        create("twice", "typed");
        refusal(() -> create("twice", "typed"), 409, "AlreadyExists");
        refusal(
                () -> configMaps()
                        .withName("nobody")
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":\"b\"}}"),
                404,
                "NotFound");
        KubernetesClientException invalid = refusal(
                () -> client.apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .resource(new DeploymentBuilder(deployment("broken"))
                                .editSpec()
                                .withReplicas(-1)
                                .endSpec()
                                .build())
                        .create(),
                422,
                "Invalid");
        assertThat(invalid.getStatus().getDetails().getCauses())
                .extracting(StatusCause::getField)
                .containsExactly("spec.replicas");
    }

    @Test
    void aListComesInPages() throws Exception {
        PagedList.walk(name -> create(name, "pages"), token -> {
            ConfigMapList page = configMaps()
                    .list(new ListOptionsBuilder()
                            .withLabelSelector("set=pages")
                            .withLimit(3L)
                            .withContinue(token)
                            .build());
            return new PagedList.Page(names(page), page.getMetadata().getContinue());
        });
        refusal(
                () -> configMaps()
                        .list(new ListOptionsBuilder().withContinue("nonsense").build()),
                400,
                "BadRequest");
    }

    @Test
    void selectorsSelect() {
        create("sel-a", "left");
        create("sel-b", "right");
        assertThat(names(configMaps().withLabel("set", "left").list())).containsExactly("sel-a");
        assertThat(names(configMaps().withLabelIn("set", "left", "right").list()))
                .containsExactly("sel-a", "sel-b");
        assertThat(names(configMaps()
                        .withLabelNotIn("set", "left")
                        .withField("metadata.name", "sel-b")
                        .list()))
                .containsExactly("sel-b");
        refusal(() -> configMaps().withField("data.key", "value").list(), 400, "BadRequest");
    }

    private static List<String> names(ConfigMapList list) {
        return list.getItems().stream()
                .map(item -> item.getMetadata().getName())
                .toList();
    }

    @Test
    void everyKindOfPatch() {
        client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .resource(deployment("patched"))
                .create();
        Resource<Deployment> resource =
                client.apps().deployments().inNamespace(NAMESPACE).withName("patched");
        assertThat(resource.patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"replace\",\"path\":\"/spec/revisionHistoryLimit\",\"value\":3}]")
                        .getSpec()
                        .getRevisionHistoryLimit())
                .isEqualTo(3);
        assertThat(resource.patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"metadata\":{\"annotations\":{\"merged\":\"yes\"}}}")
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("merged", "yes");
        // Merged by name: the container keeps its image.
        Deployment strategic = resource.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                {"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"B"}]}]}}}}""");
        assertThat(strategic.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.getImage()).isEqualTo("app:1");
                    assertThat(c.getEnv()).hasSize(1);
                });
        create("edited", "patch");
        assertThat(configMaps()
                        .withName("edited")
                        .edit(c ->
                                new ConfigMapBuilder(c).addToData("by", "edit").build())
                        .getData())
                .containsEntry("by", "edit");
        assertThat(resource.scale(2).getSpec().getReplicas()).isEqualTo(2);
        refusal(
                () -> resource.patch(
                        PatchContext.of(PatchType.JSON), "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9}]"),
                422,
                "Invalid");
    }

    @Test
    void appliedFieldsHaveOwners() {
        ConfigMap mine = configMap("applied", "apply");
        configMaps().resource(mine).fieldManager("one").serverSideApply();
        ConfigMap theirs = new ConfigMapBuilder(mine).addToData("key", "of two").build();
        KubernetesClientException conflict =
                refusal(() -> configMaps().resource(theirs).fieldManager("two").serverSideApply(), 409, "Conflict");
        assertThat(conflict.getStatus().getDetails().getCauses())
                .extracting(StatusCause::getField)
                .containsExactly(".data.key");
        ConfigMap forced = configMaps()
                .resource(theirs)
                .fieldManager("two")
                .forceConflicts()
                .serverSideApply();
        assertThat(forced.getData()).containsEntry("key", "of two");
        assertThat(forced.getMetadata().getManagedFields())
                .extracting(entry -> entry.getManager() + " " + entry.getOperation())
                .containsExactlyInAnyOrder("one Apply", "two Apply");
        ConfigMap without = new ConfigMapBuilder(theirs).withData(Map.of()).build();
        assertThat(configMaps()
                        .resource(without)
                        .fieldManager("two")
                        .serverSideApply()
                        .getData())
                .as("what its owner applies no more is gone")
                .isNullOrEmpty();
    }

    @Test
    void deletionsHavePreconditions() {
        ConfigMap created = create("guarded", "delete");
        create("second", "delete");
        create("other", "keep");
        refusal(() -> configMaps().resource(created).lockResourceVersion("1").delete(), 409, "Conflict");
        assertThat(configMaps().withName("guarded").get()).isNotNull();
        configMaps()
                .resource(created)
                .lockResourceVersion(created.getMetadata().getResourceVersion())
                .delete();
        assertThat(configMaps().withName("guarded").get()).isNull();
        configMaps().withLabel("set", "delete").delete();
        assertThat(configMaps().withLabel("set", "delete").list().getItems()).isEmpty();
        assertThat(configMaps().withName("other").get()).isNotNull();
    }

    @Test
    void aWatchGoesOnWhereItEnded() {
        String start = configMaps().list().getMetadata().getResourceVersion();
        Recorder first = new Recorder();
        try (Watch watch = configMaps().withLabel("set", "watched").watch(since(start), first)) {
            create("watch-a", "watched");
            create("watch-b", "watched");
            await("two events").atMost(PATIENCE).until(() -> first.events.size() == 2);
            assertThat(watch).isNotNull();
        }
        configMaps().withName("watch-a").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"n\":\"1\"}}");
        // Leaves the selection.
        configMaps()
                .withName("watch-b")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"set\":\"gone\"}}}");
        configMaps().withName("watch-a").delete();
        Recorder second = new Recorder();
        try (Watch watch = configMaps().withLabel("set", "watched").watch(since(first.last), second)) {
            await("three events").atMost(PATIENCE).until(() -> second.events.size() == 3);
            assertThat(watch).isNotNull();
        }
        assertThat(first.events).containsExactly("ADDED watch-a", "ADDED watch-b");
        assertThat(second.events).containsExactly("MODIFIED watch-a", "DELETED watch-b", "DELETED watch-a");
    }

    private static ListOptions since(String resourceVersion) {
        return new ListOptionsBuilder().withResourceVersion(resourceVersion).build();
    }

    private static final class Recorder implements Watcher<ConfigMap> {
        final List<String> events = new CopyOnWriteArrayList<>();
        volatile String last = "";

        @Override
        public void eventReceived(Action action, ConfigMap item) {
            last = item.getMetadata().getResourceVersion();
            events.add(action + " " + item.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            events.add("CLOSED " + cause.getMessage());
        }
    }

    @Test
    void anInformerSeesEveryChangeOfManyWriters() throws InterruptedException {
        create("inf-before", "informed");
        Counts counts = new Counts();
        try (SharedIndexInformer<ConfigMap> informer =
                configMaps().withLabel("set", "informed").inform(counts, 1_000)) {
            ChangeCounts.write(
                    name -> create(name, "informed"),
                    name -> configMaps()
                            .withName(name)
                            .patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    "{\"data\":{\"n\":\"" + UUID.randomUUID() + "\"}}"),
                    name -> configMaps().withName(name).delete());
            counts.expectAll();
            assertThat(informer.getStore().list())
                    .containsExactlyInAnyOrderElementsOf(
                            configMaps().withLabel("set", "informed").list().getItems());
        }
    }

    private static final class Counts extends ChangeCounts<ConfigMap> implements ResourceEventHandler<ConfigMap> {
        Counts() {
            super(item -> item.getMetadata().getResourceVersion());
        }
    }

    @Test
    void aServiceAccountLogsInByItsToken() {
        client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("reader")
                        .endMetadata()
                        .build())
                .create();
        client.rbac()
                .roles()
                .inNamespace(NAMESPACE)
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("reader")
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("configmaps")
                        .withVerbs("get", "list", "watch")
                        .endRule()
                        .build())
                .create();
        client.rbac()
                .roleBindings()
                .inNamespace(NAMESPACE)
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("reader")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "reader")
                        .addNewSubject(null, "ServiceAccount", "reader", NAMESPACE)
                        .build())
                .create();
        String token = client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("reader")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        try (KubernetesClient reader = withToken(token)) {
            assertThat(reader.configMaps().inNamespace(NAMESPACE).list().getItems())
                    .extracting(item -> item.getMetadata().getName())
                    .contains("kube-root-ca.crt");
            KubernetesClientException forbidden =
                    refusal(() -> reader.secrets().inNamespace(NAMESPACE).list(), 403, "Forbidden");
            assertThat(forbidden.getStatus().getMessage())
                    .contains("User \"system:serviceaccount:" + NAMESPACE + ":reader\" cannot list resource");
            assertThat(isAllowed(reader, "list")).isTrue();
            assertThat(isAllowed(reader, "delete")).isFalse();
        }
        try (KubernetesClient stranger = withToken("a.b.c")) {
            refusal(() -> stranger.configMaps().inNamespace(NAMESPACE).list(), 401, "Unauthorized");
        }
    }

    private static KubernetesClient withToken(String token) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(Cluster.url())
                        .withCaCertData(java.util.Base64.getEncoder()
                                .encodeToString(Cluster.authority().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .withOauthToken(token)
                        .build())
                .build();
    }

    private static boolean isAllowed(KubernetesClient caller, String verb) {
        return caller.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(NAMESPACE)
                        .withVerb(verb)
                        .withResource("configmaps")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    private static Deployment deployment(String name) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("app:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    @Test
    void kindsOfManyGroupsKeepTheirTypes() throws Exception {
        roundTrip(
                client.services(),
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("typed")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "typed")
                        .addNewPort()
                        .withPort(80)
                        .withNewTargetPort("http")
                        .endPort()
                        .endSpec()
                        .build());
        roundTrip(
                client.network().v1().ingresses(),
                new IngressBuilder()
                        .withNewMetadata()
                        .withName("typed")
                        .endMetadata()
                        .withNewSpec()
                        .withNewDefaultBackend()
                        .withNewService()
                        .withName("typed")
                        .withNewPort(null, 80)
                        .endService()
                        .endDefaultBackend()
                        .endSpec()
                        .build());
        roundTrip(
                client.policy().v1().podDisruptionBudget(),
                new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("typed")
                        .endMetadata()
                        .withNewSpec()
                        .withNewMinAvailable("50%")
                        .withNewSelector()
                        .addToMatchLabels("app", "typed")
                        .endSelector()
                        .endSpec()
                        .build());
        roundTrip(
                client.leases(),
                new LeaseBuilder()
                        .withNewMetadata()
                        .withName("typed")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("me")
                        .withRenewTime(java.time.ZonedDateTime.parse("2026-01-01T00:00:00.123456Z"))
                        .endSpec()
                        .build());
        roundTrip(
                client.batch().v1().cronjobs(),
                new CronJobBuilder()
                        .withNewMetadata()
                        .withName("typed")
                        .endMetadata()
                        .withNewSpec()
                        .withSchedule("0 0 1 1 *")
                        .withSuspend(true)
                        .withNewJobTemplate()
                        .withNewSpec()
                        .withTemplate(deployment("typed").getSpec().getTemplate())
                        .editTemplate()
                        .editSpec()
                        .withRestartPolicy("Never")
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .endJobTemplate()
                        .endSpec()
                        .build());
        GenericKubernetesResource untyped = client.genericKubernetesResources("v1", "Service")
                .inNamespace(NAMESPACE)
                .withName("typed")
                .get();
        assertThat(untyped.<String>get("spec", "clusterIP")).startsWith("10.");
    }

    private static <T extends HasMetadata, L, R extends Resource<T>> void roundTrip(
            MixedOperation<T, L, R> kind, T object) throws Exception {
        T created = kind.inNamespace(NAMESPACE).resource(object).create();
        assertThat(created.getMetadata().getUid()).as(object.getKind()).isNotEmpty();
        T updated = Cluster.rewrite(
                () -> {
                    T read = kind.inNamespace(NAMESPACE).withName("typed").get();
                    assertThat(read.getMetadata().getUid())
                            .isEqualTo(created.getMetadata().getUid());
                    read.getMetadata().setLabels(Map.of("round", "trip"));
                    return kind.inNamespace(NAMESPACE).resource(read).update();
                },
                e -> e instanceof KubernetesClientException refused && refused.getCode() == 409);
        assertThat(updated.getMetadata().getLabels()).as(object.getKind()).containsEntry("round", "trip");
    }
}
