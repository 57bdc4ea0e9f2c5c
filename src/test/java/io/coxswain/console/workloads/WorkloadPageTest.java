package io.coxswain.console.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.Level;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;

class WorkloadPageTest {
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Deployment','metadata':{'name':'web','namespace':'shop','uid':'d1','annotations':{"
                            + "'deployment.kubernetes.io/revision':'2','kubernetes.io/change-cause':'to 1.19'}},"
                            + "'spec':{'replicas':3,'selector':{'matchLabels':{'app':'web'}},'strategy':{'type':'RollingUpdate',"
                            + "'rollingUpdate':{'maxSurge':'25%','maxUnavailable':1}},"
                            + template("web:1.19", "")
                            + "},'status':{'readyReplicas':3,'updatedReplicas':3,'availableReplicas':3}}",
                    replicaSet("web-a", "1", "web:1.18", "aaa", 0, "first"),
                    replicaSet("web-b", "2", "web:1.19", "bbb", 3, "to 1.19"),
                    "{'kind':'ReplicaSet','metadata':{'name':'stranger','namespace':'shop','labels':{'app':'web'}},'spec':{}}",
                    "{'kind':'Pod','metadata':{'name':'web-b-1','namespace':'shop','labels':{'app':'web'},'ownerReferences':"
                            + "[{'uid':'u-web-b','controller':true}]},'spec':{'containers':[{'name':'c'}]},"
                            + "'status':{'phase':'Running','containerStatuses':[{'name':'c','ready':true,'restartCount':0,"
                            + "'state':{'running':{}}}]}}",
                    "{'kind':'Pod','metadata':{'name':'other','namespace':'shop','labels':{'app':'web'}},'spec':{}}")
            .with("namespace", "shop")
            .with("name", "web");

    private static String template(String image, String hash) {
        String label = hash.isEmpty() ? "" : ",'pod-template-hash':'" + hash + "'";
        return "'template':{'metadata':{'labels':{'app':'web'" + label
                + "}},'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}";
    }

    private static String replicaSet(
            String name, String revision, String image, String hash, int replicas, String why) {
        return "{'kind':'ReplicaSet','metadata':{'name':'" + name + "','namespace':'shop','uid':'u-" + name
                + "','labels':{'app':'web'},'annotations':{'deployment.kubernetes.io/revision':'" + revision
                + "','deployment.kubernetes.io/desired-replicas':'3','kubernetes.io/change-cause':'" + why
                + "'},'ownerReferences':[{'uid':'d1','controller':true}]},'spec':{" + template(image, hash)
                + "},'status':{'replicas':" + replicas + ",'readyReplicas':" + replicas + "}}";
    }

    private WorkloadPage page() {
        WorkloadPage page = new WorkloadPage(api.session());
        page.load();
        return page;
    }

    private ObjectView deployment() {
        return api.get(Resources.DEPLOYMENTS, "shop", "web");
    }

    @Test
    void showsTheDeploymentWithItsOwnReplicaSetsAndPodsOnly() {
        WorkloadPage.Shown shown = page().getShown();
        assertThat(shown.row().readiness()).isEqualTo("3/3");
        assertThat(shown.row().level()).isEqualTo(Level.GOOD);
        assertThat(shown.strategy()).isEqualTo("RollingUpdate (maxSurge 25%, maxUnavailable 1)");
        assertThat(shown.pods()).extracting("name").containsExactly("web-b-1");
        assertThat(shown.revisions()).extracting("number").containsExactly(2L, 1L);
        assertThat(shown.revisions()).extracting("current").containsExactly(true, false);
        assertThat(shown.revisions()).extracting("cause").containsExactly("to 1.19", "first");
    }

    @Test
    void aDeploymentThatIsNotThereIsNotFound() {
        api.with("name", "nothing");
        WorkloadPage page = new WorkloadPage(api.session());
        assertThatThrownBy(page::load)
                .isInstanceOf(ApiException.class)
                .hasMessage("deployments.apps \"nothing\" not found");
    }

    @Test
    void scalesThroughTheScaleSubresource() {
        api.allow(attempt -> !attempt.verb().equals("patch"));
        WorkloadPage page = page();
        page.setReplicas(5);
        page.scale();
        assertThat(deployment().number("spec", "replicas")).contains(5L);
        assertThat(page.getShown().row().wanted()).isEqualTo(5);
        assertThat(api.done).containsExactly("web is being scaled to 5.");
    }

    @Test
    void restartsAsKubectlDoes() {
        page().restart();
        assertThat(deployment()
                        .text("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"))
                .isEqualTo("2026-11-22T12:00:00Z");
        assertThat(deployment().text("spec", "template", "metadata", "labels", "app"))
                .isEqualTo("web");
    }

    @Test
    void pausesAndResumes() {
        WorkloadPage page = page();
        page.pause();
        assertThat(page.getShown().row().state()).isEqualTo("workloads.state.paused");
        page.resume();
        assertThat(deployment().flag("spec", "paused")).contains(false);
    }

    @Test
    void rollsBackToATemplateWithoutItsHashAndKeepsTheBookkeeping() {
        WorkloadPage page = page();
        page.rollBack(page.getShown().revisions().get(1));
        ObjectView now = deployment();
        assertThat(now.items("spec", "template", "spec", "containers").get(0).text("image"))
                .isEqualTo("web:1.18");
        assertThat(now.object("spec", "template", "metadata", "labels")).doesNotContainKey("pod-template-hash");
        assertThat(now.annotations())
                .containsEntry("deployment.kubernetes.io/revision", "2")
                .containsEntry("kubernetes.io/change-cause", "first")
                .doesNotContainKey("deployment.kubernetes.io/desired-replicas");
        assertThat(api.done).containsExactly("web is being rolled back to revision 1.");
    }

    @Test
    void aPausedDeploymentIsNotRolledBack() {
        WorkloadPage page = page();
        page.pause();
        page.rollBack(page.getShown().revisions().get(1));
        assertThat(api.failed).containsExactly("web is paused; resume it before you roll back.");
        assertThat(deployment()
                        .items("spec", "template", "spec", "containers")
                        .get(0)
                        .text("image"))
                .isEqualTo("web:1.19");
    }

    @Test
    void whatTheUserMayNotDoIsDeniedWithTheReason() {
        api.allow(attempt -> attempt.verb().equals("get") || attempt.verb().equals("list"));
        WorkloadPage page = page();
        assertThat(page.getMayScale().allowed()).isFalse();
        assertThat(page.getMayScale().reason())
                .isEqualTo("You need the right to update deployments.apps/scale in namespace shop.");
        assertThat(page.getMayChange().denied()).isTrue();
        assertThatThrownBy(page::restart).isInstanceOf(ApiException.class);
    }

    @Test
    void whatTheUserMayNotListIsLeftOut() {
        api.allow(attempt -> attempt.resource().equals("deployments"));
        assertThat(page().getShown().pods()).isEmpty();
    }

    @Test
    void saysThatTheDeploymentHasGone() {
        WorkloadPage page = page();
        api.fake.remove(Resources.DEPLOYMENTS, "shop", "web");
        page.refresh();
        assertThat(page.isGone()).isTrue();
        assertThat(page.getShown().row().name()).isEqualTo("web");
    }

    @Test
    void theStateOfADeploymentIsOneWord() {
        assertThat(state("{'spec':{'replicas':0}}")).isEqualTo("workloads.state.stopped");
        assertThat(state("{'spec':{'replicas':2},'status':{'readyReplicas':1,'updatedReplicas':2}}"))
                .isEqualTo("workloads.state.progressing");
        assertThat(state("{'spec':{'replicas':2}}")).isEqualTo("workloads.state.notready");
        assertThat(
                        state(
                                "{'spec':{'replicas':2},'status':{'readyReplicas':3,'availableReplicas':3,'updatedReplicas':1}}"))
                .isEqualTo("workloads.state.progressing");
    }

    private static String state(String deployment) {
        return DeploymentRow.of(new ObjectView(ConsoleApi.json(deployment))).state();
    }
}
