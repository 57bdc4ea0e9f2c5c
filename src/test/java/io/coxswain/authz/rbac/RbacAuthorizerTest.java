package io.coxswain.authz.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Decision;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.authz.MastersAuthorizer;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RoleIndex.Kind;
import io.coxswain.authz.rbac.RoleIndex.Name;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacAuthorizerTest {
    private final RoleIndex index = new RoleIndex();
    private final RbacAuthorizer rbac = new RbacAuthorizer(index);
    private final AuthorizerChain chain = new AuthorizerChain(List.of(rbac, new MastersAuthorizer()));

    private static ObjectView view(String text) {
        return new ObjectView(
                Json.createReader(new StringReader(text.replace('\'', '"'))).readObject());
    }

    private void clusterRole(String name, String rules) {
        index.put(Kind.CLUSTER_ROLE, view("{'metadata':{'name':'" + name + "'},'rules':[" + rules + "]}"));
    }

    private void bindEverywhere(String binding, String role, String subject) {
        index.put(
                Kind.CLUSTER_ROLE_BINDING,
                view("{'metadata':{'name':'" + binding + "'},'roleRef':{'kind':'ClusterRole','name':'" + role
                        + "'},'subjects':[" + subject + "]}"));
    }

    private void bindIn(String namespace, String binding, String kind, String role, String subject) {
        index.put(
                Kind.ROLE_BINDING,
                view("{'metadata':{'name':'" + binding + "','namespace':'" + namespace + "'},'roleRef':{'kind':'" + kind
                        + "','name':'" + role + "'},'subjects':[" + subject + "]}"));
    }

    private static RequestInfo request(String verb, String group, String resource, String namespace, String name) {
        int slash = resource.indexOf('/');
        String main = slash < 0 ? resource : resource.substring(0, slash);
        String sub = slash < 0 ? "" : resource.substring(slash + 1);
        return RequestInfo.resource(verb, new GroupVersionResource(group, "v1", main), namespace, name, sub);
    }

    private static RequestInfo path(String verb, String path) {
        return new RequestInfo(false, verb, path, "", "", "", "", "", "");
    }

    private Decision decide(UserInfo user, RequestInfo request) {
        return chain.authorize(new Attributes(user, request, ""));
    }

    private boolean may(UserInfo user, String verb, String resource, String namespace) {
        return decide(user, request(verb, "", resource, namespace, "")).verdict() == Verdict.ALLOW;
    }

    @Test
    void allowsInItsNamespaceWhatARoleBindingGrants() {
        clusterRole("reader", "{'verbs':['get','list'],'apiGroups':[''],'resources':['pods']}");
        bindIn("shop", "readers", "ClusterRole", "reader", "{'kind':'User','name':'alice'}");
        UserInfo alice = UserInfo.of("alice");
        assertThat(may(alice, "list", "pods", "shop")).isTrue();
        assertThat(may(alice, "list", "pods", "other")).isFalse();
        assertThat(may(alice, "list", "pods", "")).isFalse();
        assertThat(may(alice, "delete", "pods", "shop")).isFalse();
        assertThat(may(alice, "list", "pods/log", "shop")).isFalse();
        assertThat(may(UserInfo.of("bob"), "list", "pods", "shop")).isFalse();
        assertThat(decide(alice, request("list", "", "pods", "shop", "")).reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"readers/shop\" of ClusterRole \"reader\" to User \"alice\"");
    }

    @Test
    void findsGroupsAndServiceAccounts() {
        clusterRole("all", "{'verbs':['*'],'apiGroups':['*'],'resources':['*']}");
        bindEverywhere(
                "b", "all", "{'kind':'Group','name':'ops'},{'kind':'ServiceAccount','namespace':'ci','name':'bot'}");
        assertThat(may(UserInfo.of("x", "ops"), "delete", "nodes", "")).isTrue();
        assertThat(may(UserInfo.serviceAccount("ci", "bot"), "get", "secrets", "kube-system"))
                .isTrue();
        assertThat(may(UserInfo.serviceAccount("other", "bot"), "get", "secrets", "kube-system"))
                .isFalse();
        assertThat(may(UserInfo.of("ops"), "delete", "nodes", "")).isFalse();
    }

    @Test
    void keepsARoleToItsNamespace() {
        index.put(
                Kind.ROLE,
                view("{'metadata':{'name':'r','namespace':'a'},"
                        + "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}"));
        bindIn("a", "b", "Role", "r", "{'kind':'User','name':'alice'}");
        bindIn("c", "b", "Role", "r", "{'kind':'User','name':'alice'}");
        assertThat(may(UserInfo.of("alice"), "get", "pods", "a")).isTrue();
        assertThat(may(UserInfo.of("alice"), "get", "pods", "c")).isFalse();
        assertThat(decide(UserInfo.of("alice"), request("get", "", "pods", "c", ""))
                        .reason())
                .isEqualTo("RBAC: role.rbac.authorization.k8s.io \"r\" not found");
    }

    @ParameterizedTest
    @CsvSource({
        "pods,        pods,        true",
        "pods,        pods/exec,   false",
        "pods/exec,   pods/exec,   true",
        "*/scale,     deployments/scale, true",
        "*/scale,     deployments, false",
        "*,           pods/exec,   true"
    })
    void matchesResourcesAndSubresources(String rule, String asked, boolean allowed) {
        clusterRole("r", "{'verbs':['get'],'apiGroups':['*'],'resources':['" + rule + "']}");
        bindEverywhere("b", "r", "{'kind':'User','name':'u'}");
        assertThat(may(UserInfo.of("u"), "get", asked, "ns")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz,   /healthz,      true",
        "/healthz,   /healthz/etcd, false",
        "/healthz/*, /healthz/etcd, true",
        "/api*,      /apis/apps,    true",
        "*,          /metrics,      true",
        "/metrics,   /metrics/slis, false"
    })
    void matchesPaths(String rule, String asked, boolean allowed) {
        clusterRole("r", "{'verbs':['get'],'nonResourceURLs':['" + rule + "']}");
        bindEverywhere("b", "r", "{'kind':'User','name':'u'}");
        assertThat(decide(UserInfo.of("u"), path("get", asked)).verdict() == Verdict.ALLOW)
                .isEqualTo(allowed);
        assertThat(decide(UserInfo.of("u"), path("post", asked)).verdict()).isEqualTo(Verdict.NO_OPINION);
    }

    @Test
    void holdsResourceNamesAgainstTheNameOfTheRequest() {
        clusterRole("r", "{'verbs':['get','list'],'apiGroups':[''],'resources':['secrets'],'resourceNames':['one']}");
        bindEverywhere("b", "r", "{'kind':'User','name':'u'}");
        UserInfo u = UserInfo.of("u");
        assertThat(decide(u, request("get", "", "secrets", "ns", "one")).verdict())
                .isEqualTo(Verdict.ALLOW);
        assertThat(decide(u, request("get", "", "secrets", "ns", "two")).verdict())
                .isEqualTo(Verdict.NO_OPINION);
        assertThat(decide(u, request("list", "", "secrets", "ns", "")).verdict())
                .isEqualTo(Verdict.NO_OPINION);
    }

    @Test
    void forgetsWhatIsUnboundOrChanged() {
        clusterRole("r", "{'verbs':['get'],'apiGroups':[''],'resources':['pods']}");
        bindEverywhere("b", "r", "{'kind':'User','name':'u'}");
        bindEverywhere("b", "r", "{'kind':'User','name':'v'}");
        assertThat(may(UserInfo.of("u"), "get", "pods", "ns")).isFalse();
        assertThat(may(UserInfo.of("v"), "get", "pods", "ns")).isTrue();
        index.remove(Kind.CLUSTER_ROLE_BINDING, new Name("", "b"));
        assertThat(may(UserInfo.of("v"), "get", "pods", "ns")).isFalse();
    }

    @Test
    void wordsARefusalAsUpstream() {
        assertThatThrownBy(() ->
                        chain.require(new Attributes(UserInfo.of("u"), request("list", "", "pods", "default", ""), "")))
                .hasMessage("pods is forbidden: User \"u\" cannot list resource \"pods\" in API group \"\" in the"
                        + " namespace \"default\"");
        assertThatThrownBy(() -> chain.require(new Attributes(
                        UserInfo.of("u"), request("patch", "apps", "deployments/scale", "ns", "web"), "")))
                .hasMessage("deployments.apps \"web\" is forbidden: User \"u\" cannot patch resource"
                        + " \"deployments/scale\" in API group \"apps\" in the namespace \"ns\"");
        assertThatThrownBy(
                        () -> chain.require(new Attributes(UserInfo.of("u"), request("list", "", "nodes", "", ""), "")))
                .hasMessage("nodes is forbidden: User \"u\" cannot list resource \"nodes\" in API group \"\" at the"
                        + " cluster scope");
        assertThatThrownBy(() -> chain.require(new Attributes(UserInfo.of("<u>"), path("get", "/metrics"), "")))
                .hasMessage("forbidden: User \"&lt;u&gt;\" cannot get path \"/metrics\"");
    }

    @Test
    void letsMastersDoEverythingWithoutAnyRole() {
        assertThat(may(UserInfo.of("admin", "system:masters"), "delete", "nodes", ""))
                .isTrue();
    }

    @Test
    void followsTheApi() {
        ManualTimers timers = new ManualTimers();
        FakeApi api = new FakeApi(timers.clock());
        api.put(
                ResourceTypes.CLUSTER_ROLES,
                new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("r")
                        .endMetadata()
                        .addNewRule()
                        .withVerbs("get")
                        .withApiGroups("")
                        .withResources("pods")
                        .endRule()
                        .build());
        RoleWatch watch = new RoleWatch(api.clients(timers), index, timers);
        watch.start();
        timers.runDue();
        assertThat(watch.hasSynced()).isTrue();
        assertThat(may(UserInfo.of("u"), "get", "pods", "ns")).isFalse();
        api.put(
                ResourceTypes.CLUSTER_ROLE_BINDINGS,
                new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("b")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "r")
                        .addNewSubject("rbac.authorization.k8s.io", "User", "u", null)
                        .build());
        timers.runDue();
        assertThat(may(UserInfo.of("u"), "get", "pods", "ns")).isTrue();
        api.remove(ResourceTypes.CLUSTER_ROLES, "", "r");
        timers.runDue();
        assertThat(may(UserInfo.of("u"), "get", "pods", "ns")).isFalse();
        watch.close();
    }
}
