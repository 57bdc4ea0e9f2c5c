package io.coxswain.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.EventRow;
import org.junit.jupiter.api.Test;

class OverviewPageTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Namespace','metadata':{'name':'shop'}}",
                    "{'kind':'Namespace','metadata':{'name':'vault'}}",
                    "{'kind':'Node','metadata':{'name':'node-1'},'status':{'allocatable':{'cpu':'2','memory':'4Gi','pods':'110'},"
                            + "'conditions':[{'type':'Ready','status':'True'}]}}",
                    "{'kind':'Node','metadata':{'name':'node-2'},'spec':{'unschedulable':true},'status':{'conditions':"
                            + "[{'type':'Ready','status':'Unknown'}]}}",
                    pod("shop", "a", "node-1", "Running"),
                    pod("shop", "b", "node-1", "Running"),
                    pod("shop", "done", "node-1", "Succeeded"),
                    pod("vault", "c", "", "Pending"),
                    "{'kind':'Deployment','metadata':{'name':'web','namespace':'shop'},'spec':{'replicas':2},'status':"
                            + "{'availableReplicas':2,'updatedReplicas':2}}",
                    "{'kind':'Deployment','metadata':{'name':'bad','namespace':'vault'},'spec':{'replicas':1}}",
                    "{'kind':'Event','metadata':{'name':'w','namespace':'shop'},'type':'Warning','reason':'Failed','lastTimestamp':"
                            + "'2026-11-22T11:00:00Z'}",
                    "{'kind':'Event','metadata':{'name':'n','namespace':'shop'},'type':'Normal','reason':'Pulled'}");

    private static String pod(String namespace, String name, String node, String phase) {
        boolean running = phase.equals("Running");
        return "{'kind':'Pod','metadata':{'name':'" + name + "','namespace':'" + namespace + "'},'spec':{'nodeName':'"
                + node
                + "','containers':[{'name':'c','resources':{'requests':{'cpu':'250m','memory':'512Mi'}}}]},'status':{'phase':'"
                + phase + "'" + (running ? ",'containerStatuses':[{'ready':true,'state':{'running':{}}}]" : "") + "}}";
    }

    private OverviewPage.Summary summary() {
        return new OverviewPage(api.session()).getSummary();
    }

    @Test
    void countsWhatIsWellOutOfAll() {
        OverviewPage.Summary summary = summary();
        assertThat(summary.nodeCount()).isEqualTo(new OverviewPage.Count(1, 2));
        assertThat(summary.deployments()).isEqualTo(new OverviewPage.Count(1, 2));
        assertThat(summary.pods()).isEqualTo(new OverviewPage.Count(2, 3));
        assertThat(summary.namespaces()).isEqualTo(2);
    }

    @Test
    void addsUpWhatIsAskedOfANodeWithoutPodsThatHaveEnded() {
        OverviewPage.NodeUse node = summary().nodes().get(0);
        assertThat(node.cpu().used()).isEqualTo("500m");
        assertThat(node.cpu().percent()).isEqualTo(25);
        assertThat(node.memory().used()).isEqualTo("1Gi");
        assertThat(node.memory().percent()).isEqualTo(25);
        assertThat(node.pods().used()).isEqualTo("2");
        assertThat(summary().nodes().get(1).cordoned()).isTrue();
    }

    @Test
    void showsWarningsOnly() {
        assertThat(summary().warnings()).extracting(EventRow::reason).containsExactly("Failed");
    }

    @Test
    void aUserOfOneNamespaceSeesThatPartAndNoNodes() {
        api.allow(attempt -> attempt.namespace().equals("shop"));
        OverviewPage.Summary summary = summary();
        assertThat(summary.nodesVisible()).isFalse();
        assertThat(summary.deployments()).isEqualTo(new OverviewPage.Count(1, 1));
        assertThat(summary.namespaces()).isEqualTo(1);
    }
}
