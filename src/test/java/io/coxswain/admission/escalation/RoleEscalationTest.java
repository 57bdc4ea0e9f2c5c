package io.coxswain.admission.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.AdmissionOrder;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RbacAuthorizer;
import io.coxswain.authz.rbac.RoleIndex;
import io.coxswain.authz.rbac.RoleIndex.Kind;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleEscalationTest {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final UserInfo ALICE = UserInfo.of("alice", "dev", "system:authenticated");

    private final RoleIndex index = new RoleIndex();
    private final RbacAuthorizer rbac = new RbacAuthorizer(index);
    private final RoleEscalation plugin = new RoleEscalation(new AuthorizerChain(List.of(rbac)), rbac);

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    @BeforeEach
    void aliceReadsPodsInShop() {
        index.put(
                Kind.CLUSTER_ROLE,
                new ObjectView(
                        json(
                                "{'metadata':{'name':'reader'},'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}")));
        index.put(
                Kind.CLUSTER_ROLE,
                new ObjectView(
                        json(
                                "{'metadata':{'name':'writer'},'rules':[{'verbs':['get','create'],'apiGroups':[''],'resources':['pods']}]}")));
        grant("reader");
    }

    private void grant(String role) {
        index.put(
                Kind.ROLE_BINDING,
                new ObjectView(json("{'metadata':{'name':'to-" + role
                        + "','namespace':'shop'},'roleRef':{'kind':'ClusterRole','name':'" + role
                        + "'},'subjects':[{'kind':'User','name':'alice'}]}")));
    }

    private void allow(String rule) {
        index.put(Kind.CLUSTER_ROLE, new ObjectView(json("{'metadata':{'name':'extra'},'rules':[" + rule + "]}")));
        grant("extra");
    }

    private void admit(UserInfo user, String resource, String object, String old) {
        AdmissionAttributes attributes = new AdmissionAttributes(
                old.isEmpty() ? Operation.CREATE : Operation.UPDATE,
                new GroupVersionKind(GROUP, "v1", "x"),
                new GroupVersionResource(GROUP, "v1", resource),
                "shop",
                new ObjectView(json(object)).name(),
                "",
                json(object),
                old.isEmpty() ? json("{}") : json(old),
                json("{}"),
                user,
                false,
                warning -> {},
                AdmissionFixture.recording(state -> {}));
        assertThat(plugin.handles(attributes)).isTrue();
        plugin.validate(attributes);
    }

    private static String role(String verbs) {
        return "{'metadata':{'name':'r','namespace':'shop'},'rules':[{'verbs':[" + verbs
                + "],'apiGroups':[''],'resources':['pods']}]}";
    }

    private static String binding(String role) {
        return "{'metadata':{'name':'b','namespace':'shop'},'roleRef':{'kind':'ClusterRole','name':'" + role
                + "'},'subjects':[{'kind':'User','name':'bob'}]}";
    }

    @Test
    void letsUsersGrantWhatTheyHold() {
        assertThatCode(() -> admit(ALICE, "roles", role("'get'"), "")).doesNotThrowAnyException();
        assertThatCode(() -> admit(ALICE, "rolebindings", binding("reader"), ""))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesToGrantMoreInUpstreamsWords() {
        String missing = "\" is forbidden: user \"alice\" (groups=[\"dev\" \"system:authenticated\"]) is attempting to"
                + " grant RBAC permissions not currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"create\"]}";
        assertThatThrownBy(() -> admit(ALICE, "roles", role("'get','create'"), ""))
                .hasMessage("roles.rbac.authorization.k8s.io \"r" + missing);
        assertThatThrownBy(() -> admit(ALICE, "rolebindings", binding("writer"), ""))
                .hasMessage("rolebindings.rbac.authorization.k8s.io \"b" + missing);
    }

    @Test
    void letsHoldersOfEscalateAndBindPass() {
        allow(
                "{'verbs':['escalate'],'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles']},"
                        + "{'verbs':['bind'],'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],'resourceNames':['writer']}");
        assertThatCode(() -> admit(ALICE, "roles", role("'*'"), "")).doesNotThrowAnyException();
        assertThatCode(() -> admit(ALICE, "rolebindings", binding("writer"), ""))
                .doesNotThrowAnyException();
    }

    @Test
    void letsMastersPass() {
        assertThatCode(() -> admit(UserInfo.of("root", "system:masters"), "roles", role("'*'"), ""))
                .doesNotThrowAnyException();
    }

    @Test
    void letsOldRightsStandWhenSomethingElseChanges() {
        assertThatCode(() -> admit(ALICE, "roles", role("'*'"), role("'*'"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> admit(ALICE, "roles", role("'*'"), role("'get'")))
                .hasMessageContaining("[\"*\"]");
    }

    @Test
    void refusesABindingToARoleThatIsNotThere() {
        assertThatThrownBy(() -> admit(ALICE, "rolebindings", binding("ghost"), ""))
                .hasMessage("clusterroles.rbac.authorization.k8s.io \"ghost\" not found");
    }

    @Test
    void refusesAggregationToAnyoneButClusterAdmins() {
        String role = "{'metadata':{'name':'r'},'aggregationRule':{'clusterRoleSelectors':[{}]},'rules':[]}";
        assertThatThrownBy(() -> admit(ALICE, "clusterroles", role, ""))
                .hasMessageContaining("must have cluster-admin privileges to use an aggregationRule");
    }

    @Test
    void hasItsPlaceInTheOrder() {
        assertThat(AdmissionOrder.position(plugin.name())).isPositive();
    }
}
