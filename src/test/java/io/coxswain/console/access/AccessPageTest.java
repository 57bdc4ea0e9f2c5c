package io.coxswain.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;

class AccessPageTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Namespace','metadata':{'name':'shop'}}",
                    "{'kind':'Role','metadata':{'name':'reader','namespace':'shop'},'rules':[{'verbs':['get','list'],'apiGroups':['',"
                            + "'apps'],'resources':['pods']},{'verbs':['get'],'apiGroups':[''],'resources':['secrets'],'resourceNames':['s']}]}",
                    "{'kind':'ClusterRole','metadata':{'name':'view'},'rules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*/log']},"
                            + "{'verbs':['get'],'nonResourceURLs':['/healthz']}]}",
                    "{'kind':'ClusterRole','metadata':{'name':'system:node'}}",
                    "{'kind':'RoleBinding','metadata':{'name':'readers','namespace':'shop'},'roleRef':{'kind':'Role','name':'reader'},"
                            + "'subjects':[{'kind':'ServiceAccount','namespace':'shop','name':'robot'},{'kind':'User','name':'bob'}]}",
                    "{'kind':'ClusterRoleBinding','metadata':{'name':'viewers'},'roleRef':{'kind':'ClusterRole','name':'view'},"
                            + "'subjects':[{'kind':'Group','name':'dev'}]}",
                    "{'kind':'ClusterRoleBinding','metadata':{'name':'system:nodes'},'roleRef':{'kind':'ClusterRole','name':'system:node'}}");

    private AccessPage page() {
        AccessPage page = new AccessPage(api.session(), new NamespaceChoice());
        page.load();
        return page;
    }

    private AccessPage ask(String user, String verb, String resource, String where) {
        AccessPage page = page();
        page.setUser(user);
        page.setVerb(verb);
        page.setResource(resource);
        page.setWhere(where);
        page.ask();
        return page;
    }

    @Test
    void showsRolesWithTheirRulesAndWhoHoldsThem() {
        RoleRow reader = page().getRoles().get(0);
        assertThat(reader.name()).isEqualTo("reader");
        assertThat(reader.rules())
                .containsExactly(new Rule("get, list", "pods, pods.apps"), new Rule("get", "secrets [s]"));
        assertThat(reader.holders())
                .containsExactly(new Holder("ServiceAccount", "shop/robot", "shop"), new Holder("User", "bob", "shop"));
        assertThat(page().getRoles().get(1).holders()).containsExactly(new Holder("Group", "dev", ""));
    }

    @Test
    void theClustersOwnRolesAreShownOnDemand() {
        assertThat(page().getRoles()).extracting(RoleRow::name).containsExactly("reader", "view");
        assertThat(page().getBindings()).extracting(BindingRow::name).containsExactly("viewers", "readers");
        api.with("system", "true");
        assertThat(page().getRoles()).extracting(RoleRow::name).contains("system:node");
    }

    @Test
    void whatTheUserMayNotListIsLeftOut() {
        api.allow(attempt -> attempt.namespace().equals("shop"));
        assertThat(page().getRoles()).extracting(RoleRow::name).containsExactly("reader");
        assertThat(page().getMayAskAboutOthers().denied()).isTrue();
    }

    @Test
    void asksForAServiceAccountWithTheGroupsItIsIn() {
        api.allowOthers(spec -> true);
        AccessPage page = ask("system:serviceaccount:shop:robot", "get", "pods/log", "shop");
        assertThat(page.isAllowed()).isTrue();
        assertThat(page.getAnswer())
                .isEqualTo("Yes: system:serviceaccount:shop:robot may get pods/log in namespace shop.");
        ObjectView spec = api.questions.get(0);
        assertThat(spec.strings("groups"))
                .containsExactly("system:authenticated", "system:serviceaccounts", "system:serviceaccounts:shop");
        assertThat(spec.text("resourceAttributes", "subresource")).isEqualTo("log");
        assertThat(page.getHolders()).containsExactly(new Holder("Group", "dev", ""));
    }

    @Test
    void asksForOneselfWithoutANeedForMoreRights() {
        api.allow(attempt -> !attempt.resource().equals("subjectaccessreviews")
                && !attempt.verb().equals("delete"));
        AccessPage page = ask("", "delete", "deployments.apps", "");
        assertThat(page.isAllowed()).isFalse();
        assertThat(page.getAnswer()).isEqualTo("No: you may not delete deployments.apps in the whole cluster.");
        assertThat(api.questions).isEmpty();
    }

    @Test
    void whoMayCountsRolesInTheNamespaceOnlyAndNoRulesForSingleNames() {
        assertThat(ask("", "list", "pods", "shop").getHolders())
                .extracting(Holder::subject)
                .containsExactly("shop/robot", "bob");
        assertThat(ask("", "list", "pods", "").getHolders()).isEmpty();
        assertThat(ask("", "get", "secrets", "shop").getHolders()).isEmpty();
    }
}
