package io.coxswain.console.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.Level;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.console.shell.PodRow;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodPagesTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Namespace','metadata':{'name':'shop'}}",
                    "{'kind':'Namespace','metadata':{'name':'vault'}}",
                    "{'kind':'Pod','metadata':{'name':'web','namespace':'shop','uid':'p1','ownerReferences':"
                            + "[{'kind':'ReplicaSet','name':'web-rs','controller':true}]},'spec':{'nodeName':'node-1','containers':"
                            + "[{'name':'app','image':'web:1','ports':[{'containerPort':80}],'resources':{'limits':{'memory':'64Mi'}}},"
                            + "{'name':'side','image':'side:1'}]},'status':{'phase':'Running','podIP':'10.0.0.5','containerStatuses':["
                            + "{'name':'app','ready':true,'restartCount':2,'state':{'running':{'startedAt':'2026-11-22T11:00:00Z'}},"
                            + "'lastState':{'terminated':{'reason':'OOMKilled','exitCode':137,'finishedAt':'2026-11-22T10:59:00Z'}}},"
                            + "{'name':'side','ready':false,'restartCount':0,'state':{'waiting':{'reason':'ImagePullBackOff',"
                            + "'message':'Back-off pulling image'}}}]}}",
                    "{'kind':'Pod','metadata':{'name':'secret','namespace':'vault'},'spec':{'containers':[{'name':'c'}]},"
                            + "'status':{'phase':'Pending'}}",
                    "{'kind':'Event','metadata':{'name':'e1','namespace':'shop'},'type':'Warning','reason':'BackOff','message':'no',"
                            + "'count':4,'lastTimestamp':'2026-11-22T11:59:00Z','involvedObject':{'kind':'Pod','name':'web','uid':'p1'}}",
                    "{'kind':'Event','metadata':{'name':'e2','namespace':'shop'},'reason':'Other','involvedObject':{'uid':'p2'}}");

    private PodsPage list() {
        PodsPage page = new PodsPage(api.session(), new NamespaceChoice());
        page.load();
        return page;
    }

    private PodPage detail() {
        api.with("namespace", "shop").with("name", "web");
        PodPage page = new PodPage(api.session());
        page.load();
        return page;
    }

    @Test
    void listsEveryNamespaceOrTheChosenOne() {
        assertThat(list().getRows()).extracting(PodRow::name).containsExactly("web", "secret");
        api.with("ns", "vault");
        assertThat(list().getRows()).extracting(PodRow::name).containsExactly("secret");
    }

    @Test
    void theChoiceOfNamespaceIsKeptUntilAllAreChosen() {
        NamespaceChoice choice = new NamespaceChoice();
        assertThat(choice.from(api.with("ns", "shop").session())).isEqualTo("shop");
        assertThat(choice.from(api.with("ns", "").session())).isEqualTo("shop");
        assertThat(choice.from(api.with("ns", "*").session())).isEmpty();
    }

    @Test
    void aUserOfOneNamespaceSeesItsPodsAndIsNeverToldAboutOthers() {
        api.allow(attempt -> attempt.namespace().equals("shop"));
        assertThat(list().getRows()).extracting(PodRow::name).containsExactly("web");
        assertThat(api.session().namespaces()).containsExactly("shop");
    }

    @Test
    void deletesThePodThatWasShownAndNotItsSuccessor() {
        PodsPage page = list();
        PodRow row = page.getRows().get(0);
        api.fake.remove(Resources.PODS, "shop", "web");
        api.put("{'kind':'Pod','metadata':{'name':'web','namespace':'shop','uid':'p9'},'spec':{}}");
        assertThatThrownBy(() -> page.delete(row))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("p1");
        assertThat(api.fake.exists(Resources.PODS, "shop", "web")).isTrue();
    }

    @Test
    void deletesAPodAndSaysSo() {
        PodsPage page = list();
        page.delete(page.getRows().get(1));
        assertThat(page.getRows()).extracting(PodRow::name).containsExactly("web");
        assertThat(api.done).containsExactly("Pod secret is being deleted.");
    }

    @Test
    void deletingNeedsTheRight() {
        api.allow(attempt -> !attempt.verb().equals("delete"));
        PodsPage page = list();
        assertThat(page.mayDelete(page.getRows().get(0)).reason())
                .isEqualTo("You need the right to delete pods in namespace shop.");
    }

    @Test
    void showsContainersWithTheirStatesAndTheLastEnd() {
        PodPage.Shown shown = detail().getShown();
        assertThat(shown.controlledBy()).isEqualTo("web-rs");
        ContainerRow app = shown.containers().get(0);
        assertThat(app.state()).isEqualTo("Running");
        assertThat(app.restarts()).isEqualTo(2);
        assertThat(app.last()).isEqualTo("OOMKilled (137)");
        assertThat(app.ports()).isEqualTo("80/TCP");
        assertThat(app.limits()).isEqualTo("memory 64Mi");
        ContainerRow side = shown.containers().get(1);
        assertThat(side.state()).isEqualTo("ImagePullBackOff");
        assertThat(side.level()).isEqualTo(Level.BAD);
        assertThat(side.detail()).isEqualTo("Back-off pulling image");
    }

    @Test
    void showsTheEventsOfThisPodOnly() {
        assertThat(detail().getShown().events()).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo("BackOff");
            assertThat(event.count()).isEqualTo(4);
            assertThat(event.isWarning()).isTrue();
        });
    }

    @Test
    void aPodThatGoesWhileItIsShownStaysOnThePage() {
        PodPage page = detail();
        api.fake.remove(Resources.PODS, "shop", "web");
        page.refresh();
        assertThat(page.isGone()).isTrue();
        assertThat(page.getShown().row().name()).isEqualTo("web");
    }

    @Test
    void aPodThatIsNotThereIsNotFound() {
        api.with("namespace", "shop").with("name", "nobody");
        PodPage page = new PodPage(api.session());
        assertThatThrownBy(page::load).isInstanceOf(ApiException.class).hasMessage("pods \"nobody\" not found");
    }

    @Test
    void theLogsQueryTakesOnlyWhatItKnows() {
        api.with("container", "app")
                .with("tail", "99999999")
                .with("follow", "true")
                .with("evil", "x");
        Map<String, List<String>> query = LogServlet.query(api.session());
        assertThat(query)
                .containsEntry("container", List.of("app"))
                .containsEntry("tailLines", List.of("500"))
                .containsEntry("follow", List.of("true"))
                .containsEntry("previous", List.of("false"))
                .doesNotContainKey("evil");
    }

    @Test
    void theStatusIsTheWordThatKubectlShows() {
        assertThat(status("{'status':{'phase':'Pending'}}")).isEqualTo("Pending");
        assertThat(status("{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'status':{'phase':'Running'}}"))
                .isEqualTo("Terminating");
        assertThat(status("{'status':{'phase':'Failed','reason':'Evicted'}}")).isEqualTo("Evicted");
        assertThat(
                        status(
                                "{'status':{'phase':'Running','containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}"))
                .isEqualTo("CrashLoopBackOff");
        assertThat(status(
                        "{'status':{'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]}}"))
                .isEqualTo("ExitCode:3");
        assertThat(status(
                        "{'status':{'phase':'Pending','initContainerStatuses':[{'state':{'terminated':{'exitCode':0}}},"
                                + "{'state':{'running':{}}}]}}"))
                .isEqualTo("Init:1/2");
        assertThat(status("{'status':{'phase':'Pending','initContainerStatuses':[{'state':{'waiting':"
                        + "{'reason':'CrashLoopBackOff'}}}]}}"))
                .isEqualTo("Init:CrashLoopBackOff");
        assertThat(status("{'status':{'phase':'Running','containerStatuses':[{'ready':true,'state':{'running':{}}},"
                        + "{'state':{'terminated':{'reason':'Completed'}}}]}}"))
                .isEqualTo("Running");
    }

    private static String status(String pod) {
        return PodRow.of(new ObjectView(ConsoleApi.json(pod))).status();
    }
}
