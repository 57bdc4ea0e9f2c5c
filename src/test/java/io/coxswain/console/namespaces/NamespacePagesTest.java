package io.coxswain.console.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.Level;
import io.coxswain.console.shell.Resources;
import io.coxswain.console.shell.Usage;
import io.coxswain.meta.ApiException;
import org.junit.jupiter.api.Test;

class NamespacePagesTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Namespace','metadata':{'name':'shop'},'status':{'phase':'Active'}}",
                    "{'kind':'Namespace','metadata':{'name':'vault'},'status':{'phase':'Terminating'}}",
                    "{'kind':'ResourceQuota','metadata':{'name':'team','namespace':'shop'},'spec':{'hard':{'pods':'4','requests.cpu':'1',"
                            + "'limits.memory':'1Gi','services':'10'}},'status':{'used':{'pods':'4','requests.cpu':'850m',"
                            + "'limits.memory':'256Mi','services':'0'}}}",
                    "{'kind':'LimitRange','metadata':{'name':'bounds','namespace':'shop'},'spec':{'limits':[{'type':'Container',"
                            + "'default':{'cpu':'500m'},'defaultRequest':{'cpu':'100m'},'max':{'memory':'1Gi'}}]}}",
                    "{'kind':'Pod','metadata':{'name':'web','namespace':'shop'},'spec':{'containers':[{}]}}",
                    "{'kind':'Deployment','metadata':{'name':'web','namespace':'shop'},'spec':{'replicas':2},"
                            + "'status':{'readyReplicas':1}}",
                    "{'kind':'Service','metadata':{'name':'web','namespace':'shop'},'spec':{'type':'NodePort','clusterIP':'10.96.0.9',"
                            + "'ports':[{'port':80,'nodePort':30080,'protocol':'TCP'}]}}");

    private NamespacesPage list() {
        NamespacesPage page = new NamespacesPage(api.session());
        page.load();
        return page;
    }

    private NamespacePage detail(String name) {
        api.with("name", name);
        NamespacePage page = new NamespacePage(api.session());
        page.load();
        return page;
    }

    @Test
    void showsWhatRunsAndTheFullestQuotas() {
        NamespaceRow shop = list().getRows().get(0);
        assertThat(shop.name()).isEqualTo("shop");
        assertThat(shop.pods()).isEqualTo(1);
        assertThat(shop.deployments()).isEqualTo(1);
        assertThat(shop.quotas()).extracting(Usage::resource).containsExactly("pods", "requests.cpu", "limits.memory");
        assertThat(shop.quotas()).extracting(Usage::percent).containsExactly(100, 85, 25);
        assertThat(shop.quotas()).extracting(Usage::level).containsExactly(Level.BAD, Level.BUSY, Level.GOOD);
        assertThat(shop.hiddenQuotas()).isEqualTo(1);
    }

    @Test
    void aUserOfOneNamespaceSeesThatOneWithoutACallAboutTheWholeCluster() {
        api.allow(attempt ->
                attempt.namespace().equals("shop") && !attempt.resource().equals("namespaces"));
        assertThat(list().getRows()).extracting(NamespaceRow::name).containsExactly("shop");
        assertThatThrownBy(() -> detail("vault"))
                .isInstanceOf(ApiException.class)
                .hasMessage("namespaces \"vault\" not found");
    }

    @Test
    void createsANamespace() {
        NamespacesPage page = list();
        page.setNewName(" new ");
        page.create();
        assertThat(page.getRows()).extracting(NamespaceRow::name).containsExactly("new", "shop", "vault");
        assertThat(api.done).containsExactly("Namespace new was created.");
        assertThat(page.getNewName()).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsRefusedByTheServer() {
        NamespacesPage page = list();
        page.setNewName("shop");
        assertThatThrownBy(page::create).isInstanceOf(ApiException.class).hasMessageContaining("already exists");
    }

    @Test
    void deletesOnlyWhenTheNameWasTyped() {
        NamespacesPage page = list();
        page.ask("shop");
        page.setConfirmation("shopp");
        page.delete();
        assertThat(api.fake.exists(Resources.NAMESPACES, "", "shop")).isTrue();
        assertThat(api.failed).containsExactly("Nothing was deleted: what you typed is not shop.");
        page.setConfirmation("shop");
        page.delete();
        assertThat(api.fake.exists(Resources.NAMESPACES, "", "shop")).isFalse();
        assertThat(page.getDoomed()).isEmpty();
    }

    @Test
    void nothingIsDeletedThatNobodyAskedAbout() {
        NamespacesPage page = list();
        page.setConfirmation("");
        page.delete();
        assertThat(page.getRows()).hasSize(2);
        assertThat(api.done).isEmpty();
    }

    @Test
    void showsQuotasLimitsAndContents() {
        NamespacePage shop = detail("shop");
        assertThat(shop.getQuotas()).singleElement().satisfies(quota -> {
            assertThat(quota.counted()).isTrue();
            assertThat(quota.usages())
                    .extracting(Usage::resource)
                    .containsExactly("limits.memory", "pods", "requests.cpu", "services");
            assertThat(quota.usages().get(2).used()).isEqualTo("850m");
        });
        assertThat(shop.getLimits())
                .containsExactly(
                        new LimitRow("bounds", "Container", "cpu", "", "", "100m", "500m"),
                        new LimitRow("bounds", "Container", "memory", "", "1Gi", "", ""));
        assertThat(shop.getServices())
                .containsExactly(new NamespacePage.ServiceRow("web", "NodePort", "10.96.0.9", "80:30080/TCP"));
        assertThat(shop.getWorkloads()).containsExactly(new NamespacePage.Workload("web", 1, 2));
        assertThat(shop.getForbidden()).isEmpty();
    }

    @Test
    void saysWhatItMayNotShow() {
        api.allow(attempt -> !attempt.resource().equals("resourcequotas")
                && !attempt.resource().equals("services"));
        assertThat(detail("shop").getForbidden()).isEqualTo("resourcequotas, services");
    }

    @Test
    void percentsOfOddQuantities() {
        assertThat(Usage.of("x", "0", "0").percent()).isZero();
        assertThat(Usage.of("x", "1", "0").percent()).isEqualTo(100);
        assertThat(Usage.of("x", "3Gi", "2Gi").width()).isEqualTo(100);
        assertThat(Usage.of("x", "3Gi", "2Gi").percent()).isEqualTo(150);
        assertThat(Usage.of("x", "nonsense", "2").percent()).isZero();
    }
}
