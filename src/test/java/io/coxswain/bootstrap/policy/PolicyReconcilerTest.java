package io.coxswain.bootstrap.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RbacAuthorizer;
import io.coxswain.authz.rbac.RoleIndex;
import io.coxswain.authz.rbac.RoleWatch;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.GroupVersionResource;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReconcilerTest {
    /** What a new cluster allows; made once, since it is never changed. */
    private static final RbacAuthorizer DEFAULTS = defaults();

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final PolicyReconciler reconciler = new PolicyReconciler(api.client(timers));

    private ClusterRole role(String name) {
        return api.get(ResourceTypes.CLUSTER_ROLES, "", name);
    }

    private ClusterRoleBinding binding(String name) {
        return api.get(ResourceTypes.CLUSTER_ROLE_BINDINGS, "", name);
    }

    @Test
    void makesEverythingOnceAndThenNothing() {
        reconciler.reconcile();
        assertThat(api.list(ResourceTypes.CLUSTER_ROLES, "")).hasSizeGreaterThan(50);
        assertThat(role("cluster-admin").getMetadata().getLabels())
                .containsEntry("kubernetes.io/bootstrapping", "rbac-defaults");
        assertThat(role("cluster-admin").getMetadata().getAnnotations())
                .containsEntry("rbac.authorization.kubernetes.io/autoupdate", "true");
        assertThat(binding("cluster-admin").getSubjects())
                .extracting(Subject::getName)
                .containsExactly("system:masters");
        api.forgetRequests();
        reconciler.reconcile();
        assertThat(api.writes()).isEmpty();
    }

    @Test
    void givesTheThreeUserRolesTheRulesOfTheirParts() {
        reconciler.reconcile();
        List<PolicyRule> view = role("view").getRules();
        List<PolicyRule> edit = role("edit").getRules();
        assertThat(view).isNotEmpty();
        assertThat(edit).containsAll(view).hasSizeGreaterThan(view.size());
        assertThat(role("admin").getRules()).containsAll(edit).hasSizeGreaterThan(edit.size());
        assertThat(role("view").getAggregationRule().getClusterRoleSelectors()).hasSize(1);
        assertThat(view).noneMatch(rule -> rule.getResources().contains("secrets"));
    }

    @Test
    void bringsBackWhatIsMissingAndKeepsWhatWasAdded() {
        reconciler.reconcile();
        PolicyRule own = new PolicyRuleBuilder()
                .withVerbs("get")
                .withApiGroups("example.com")
                .withResources("things")
                .build();
        api.put(
                ResourceTypes.CLUSTER_ROLES,
                new ClusterRoleBuilder(role("system:basic-user")).withRules(own).build());
        reconciler.reconcile();
        assertThat(role("system:basic-user").getRules()).contains(own).hasSize(4);
    }

    @Test
    void leavesObjectsAloneThatSaySo() {
        reconciler.reconcile();
        api.put(
                ResourceTypes.CLUSTER_ROLES,
                new ClusterRoleBuilder(role("system:basic-user"))
                        .editMetadata()
                        .addToAnnotations("rbac.authorization.kubernetes.io/autoupdate", "false")
                        .endMetadata()
                        .withRules()
                        .build());
        reconciler.reconcile();
        assertThat(role("system:basic-user").getRules()).isEmpty();
    }

    @Test
    void bindsAnewWhatWasBoundToAnotherRole() {
        reconciler.reconcile();
        api.put(
                ResourceTypes.CLUSTER_ROLE_BINDINGS,
                new ClusterRoleBindingBuilder(binding("system:basic-user"))
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                        .build());
        reconciler.reconcile();
        assertThat(binding("system:basic-user").getRoleRef().getName()).isEqualTo("system:basic-user");
    }

    @Test
    void movesTheConsolesRightsToItsNewUser() {
        reconciler.bindClusterAdmin("console", "alice");
        reconciler.bindClusterAdmin("console", "bob");
        assertThat(binding("console").getSubjects())
                .extracting(Subject::getName)
                .containsExactly("bob");
        assertThat(binding("console").getRoleRef().getName()).isEqualTo("cluster-admin");
    }

    @ParameterizedTest
    @CsvSource({
        "system:kube-scheduler, create, '', pods, binding, true",
        "system:kube-scheduler, delete, '', nodes, '', false",
        "system:kube-controller-manager, list, apps, replicasets, '', true",
        "system:kube-controller-manager, delete, apps, replicasets, '', false",
        "system:serviceaccount:kube-system:replicaset-controller, create, '', pods, '', true",
        "system:serviceaccount:kube-system:deployment-controller, create, apps, replicasets, '', true",
        "system:serviceaccount:kube-system:deployment-controller, create, '', pods, '', false",
        "system:serviceaccount:kube-system:node-controller, update, '', nodes, status, true",
        "system:serviceaccount:kube-system:namespace-controller, deletecollection, example.com, things, '', true",
        "system:serviceaccount:kube-system:endpointslice-controller, create, discovery.k8s.io, endpointslices, '', true",
        "system:kube-proxy, watch, '', services, '', true",
        "alice, create, authorization.k8s.io, selfsubjectaccessreviews, '', true",
        "alice, list, '', pods, '', false",
        "system:anonymous, create, authorization.k8s.io, selfsubjectaccessreviews, '', false"
    })
    void givesOurLoopsWhatTheyNeedAndNoMore(
            String user, String verb, String group, String resource, String subresource, boolean allowed) {
        assertThat(may(
                        user,
                        RequestInfo.resource(
                                verb, new GroupVersionResource(group, "v1", resource), "ns", "", subresource)))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "system:anonymous, /healthz, true",
        "system:anonymous, /version, true",
        "system:anonymous, /api, false",
        "system:anonymous, /metrics, false",
        "alice, /apis/apps/v1, true",
        "alice, /metrics, false"
    })
    void letsStrangersSeeHealthAndVersionOnly(String user, String path, boolean allowed) {
        assertThat(may(user, new RequestInfo(false, "get", path, "", "", "", "", "", "")))
                .isEqualTo(allowed);
    }

    private static boolean may(String name, RequestInfo request) {
        UserInfo user =
                name.equals("system:anonymous") ? UserInfo.ANONYMOUS : UserInfo.of(name, UserInfo.GROUP_AUTHENTICATED);
        return DEFAULTS.authorize(new Attributes(user, request, "")).verdict() == Verdict.ALLOW;
    }

    private static RbacAuthorizer defaults() {
        ManualTimers timers = new ManualTimers();
        FakeApi api = new FakeApi(timers.clock());
        new PolicyReconciler(api.client(timers)).reconcile();
        RoleIndex index = new RoleIndex();
        new RoleWatch(api.clients(timers), index, timers).start();
        timers.runDue();
        return new RbacAuthorizer(index);
    }

    @Test
    void refusesAFileItCannotRead() {
        assertThatThrownBy(() -> PolicyFile.parse(List.of("get core pods"))).hasMessageContaining("before any role");
        assertThatThrownBy(() -> PolicyFile.parse(List.of("[r]", "get core"))).hasMessageContaining("a rule has");
        assertThatThrownBy(() -> PolicyFile.parse(List.of("bind r robot:x"))).hasMessageContaining("no subject");
    }
}
