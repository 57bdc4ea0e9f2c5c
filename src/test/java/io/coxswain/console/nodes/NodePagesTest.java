package io.coxswain.console.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.console.shell.Usage;
import io.coxswain.meta.ApiException;
import org.junit.jupiter.api.Test;

class NodePagesTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Node','metadata':{'name':'node-1','labels':{'node-role.kubernetes.io/worker':''}},'spec':{'podCIDR':"
                            + "'10.244.0.0/24','taints':[{'key':'k','value':'v','effect':'NoSchedule'},{'key':'x','effect':'NoExecute'}]},"
                            + "'status':{'allocatable':{'cpu':'2','memory':'1Gi','pods':'10'},'addresses':[{'type':'Hostname','address':"
                            + "'node-1'},{'type':'InternalIP','address':'172.30.0.11'}],'conditions':[{'type':'Ready','status':'True'}],"
                            + "'nodeInfo':{'kubeletVersion':'v1.34.0','containerRuntimeVersion':'containerd://1.6'}}}",
                    "{'kind':'Pod','metadata':{'name':'a','namespace':'shop'},'spec':{'nodeName':'node-1','containers':[{'name':'c',"
                            + "'resources':{'requests':{'cpu':'500m'},'limits':{'cpu':'3'}}}]}}",
                    "{'kind':'Pod','metadata':{'name':'b','namespace':'shop'},'spec':{'nodeName':'node-2'}}");

    private NodesPage list() {
        NodesPage page = new NodesPage(api.session());
        page.load();
        return page;
    }

    @Test
    void showsWhatANodeIs() {
        NodeRow row = list().getRows().get(0);
        assertThat(row.ready()).isTrue();
        assertThat(row.roles()).isEqualTo("worker");
        assertThat(row.address()).isEqualTo("172.30.0.11");
        assertThat(row.taints()).isEqualTo("k=v:NoSchedule, x:NoExecute");
        assertThat(row.runtime()).isEqualTo("containerd://1.6");
    }

    @Test
    void cordonsAndUncordons() {
        NodesPage page = list();
        page.cordon(page.getRows().get(0), true);
        assertThat(page.getRows().get(0).cordoned()).isTrue();
        assertThat(api.done).containsExactly("node-1 takes no new pods.");
        page.cordon(page.getRows().get(0), false);
        assertThat(api.get(Resources.NODES, "", "node-1").flag("spec", "unschedulable"))
                .contains(false);
    }

    @Test
    void whoMayNotSeeNodesIsToldWhy() {
        api.allow(attempt -> false);
        NodesPage page = list();
        assertThat(page.getRows()).isEmpty();
        assertThat(page.getMayList().reason()).isEqualTo("You need the right to list nodes in the whole cluster.");
    }

    @Test
    void showsWhatIsAskedOfANodeAndWhatRunsThere() {
        api.with("name", "node-1");
        NodePage page = new NodePage(api.session());
        page.load();
        NodePage.Shown shown = page.getShown();
        assertThat(shown.pods()).extracting(PodRow::name).containsExactly("a");
        assertThat(shown.requested())
                .extracting(Usage::resource, Usage::percent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("pods", 10),
                        org.assertj.core.groups.Tuple.tuple("cpu", 25),
                        org.assertj.core.groups.Tuple.tuple("memory", 0));
        assertThat(shown.limits().get(0).percent()).isEqualTo(150);
    }

    @Test
    void aNodeThatIsNotThereIsNotFound() {
        api.with("name", "node-9");
        NodePage page = new NodePage(api.session());
        assertThatThrownBy(page::load).isInstanceOf(ApiException.class).hasMessage("nodes \"node-9\" not found");
    }
}
