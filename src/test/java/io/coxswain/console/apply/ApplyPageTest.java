package io.coxswain.console.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.console.shell.ConsoleApi;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ApplyPageTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 2
              template:
                spec:
                  containers:
                  - name: app
                    image: web:1
                    env:
                    - name: MODE
                      value: "on"
            """;
    private final ConsoleApi api = new ConsoleApi()
            .put(
                    "{'kind':'Namespace','metadata':{'name':'default'}}",
                    "{'kind':'Namespace','metadata':{'name':'shop'}}");

    private ApplyPage page(String manifest) {
        ApplyPage page = new ApplyPage(api.session(), new NamespaceChoice());
        page.load();
        page.setManifest(manifest);
        return page;
    }

    private ApplyPage applied(String manifest) {
        ApplyPage page = page(manifest);
        page.review();
        page.apply();
        return page;
    }

    private static String text(Difference difference) {
        return difference.lines().stream().map(UnifiedDiff.Line::text).collect(Collectors.joining("\n"));
    }

    private ObjectView deployment() {
        return api.get(Resources.DEPLOYMENTS, "default", "web");
    }

    @Test
    void reviewingShowsTheObjectAndWritesNothing() {
        ApplyPage page = page(DEPLOYMENT);
        page.review();
        assertThat(page.getDifferences()).singleElement().satisfies(difference -> {
            assertThat(difference.change()).isEqualTo(Difference.Change.CREATE);
            assertThat(difference.object()).isEqualTo("Deployment default/web");
            assertThat(text(difference)).contains("+  replicas: 2").doesNotContain("last-applied");
        });
        assertThat(page.isReady()).isTrue();
        assertThat(api.fake.exists(Resources.DEPLOYMENTS, "default", "web")).isFalse();
    }

    @Test
    void applyingWithoutAReviewWritesNothingAndShowsTheDifference() {
        ApplyPage page = page(DEPLOYMENT);
        page.apply();
        assertThat(api.fake.exists(Resources.DEPLOYMENTS, "default", "web")).isFalse();
        assertThat(api.failed).singleElement().asString().contains("Look at them again");
        assertThat(page.getDifferences()).hasSize(1);
    }

    @Test
    void whatWasShownIsApplied() {
        ApplyPage page = applied(DEPLOYMENT);
        assertThat(deployment().number("spec", "replicas")).contains(2L);
        assertThat(api.done).containsExactly("Deployment default/web was created.");
        assertThat(page.getDifferences()).extracting(Difference::change).containsExactly(Difference.Change.SAME);
        assertThat(page.isReady()).isFalse();
    }

    @Test
    void aManifestThatWasEditedAfterTheReviewIsShownAgainFirst() {
        ApplyPage page = page(DEPLOYMENT);
        page.review();
        page.setManifest(DEPLOYMENT.replace("replicas: 2", "replicas: 200"));
        page.apply();
        assertThat(api.fake.exists(Resources.DEPLOYMENTS, "default", "web")).isFalse();
        assertThat(text(page.getDifferences().get(0))).contains("replicas: 200");
    }

    @Test
    void anObjectThatChangedAfterTheReviewIsShownAgainFirst() {
        applied(DEPLOYMENT);
        ApplyPage page = page(DEPLOYMENT.replace("web:1", "web:2"));
        page.review();
        api.fake.put(
                Resources.DEPLOYMENTS,
                io.coxswain.meta.JsonTrees.set(
                        deployment().json(), io.coxswain.meta.JsonTrees.flag(true), "spec", "paused"));
        page.apply();
        assertThat(api.failed).last().asString().startsWith("The cluster has changed");
        assertThat(deployment()
                        .items("spec", "template", "spec", "containers")
                        .get(0)
                        .text("image"))
                .isEqualTo("web:1");
        page.apply();
        assertThat(deployment()
                        .items("spec", "template", "spec", "containers")
                        .get(0)
                        .text("image"))
                .isEqualTo("web:2");
    }

    @Test
    void whatTheManifestSaysNoMoreIsRemovedAndWhatOthersSetStays() {
        applied(DEPLOYMENT);
        api.fake.put(
                Resources.DEPLOYMENTS,
                io.coxswain.meta.JsonTrees.set(
                        deployment().json(), io.coxswain.meta.JsonTrees.number(7), "spec", "minReadySeconds"));
        ApplyPage page = applied(DEPLOYMENT.replace("  replicas: 2\n", ""));
        assertThat(text(page.getDifferences().get(0))).isEmpty();
        assertThat(deployment().number("spec", "replicas")).isEmpty();
        assertThat(deployment().number("spec", "minReadySeconds")).contains(7L);
    }

    @Test
    void oneBadDocumentKeepsAllFromBeingAppliedAndSaysWhy() {
        String manifest = DEPLOYMENT
                + "---\nkind: Service\nmetadata: {name: x}\n---\napiVersion: v1\nkind: Widget\nmetadata: {name: w}\n"
                + "---\na: [1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {}\n---\n- 1\n";
        ApplyPage page = page(manifest);
        page.review();
        List<Difference> shown = page.getDifferences();
        assertThat(shown).hasSize(6);
        assertThat(shown.get(1).problem()).isEqualTo("the document has no apiVersion and kind");
        assertThat(shown.get(1).line()).isEqualTo(16);
        assertThat(shown.get(2).problem()).isEqualTo("no matches for kind \"Widget\" in version \"v1\"");
        assertThat(shown.get(3).problem()).contains("yaml: line");
        assertThat(shown.get(4).problem()).isEqualTo("the object has no metadata.name");
        assertThat(shown.get(5).problem()).isEqualTo("the document is no object");
        assertThat(page.isReady()).isFalse();
        page.apply();
        assertThat(api.fake.exists(Resources.DEPLOYMENTS, "default", "web")).isFalse();
        assertThat(page.getSummary()).isEqualTo("1 new, 0 changed, 0 unchanged, 5 refused");
    }

    @Test
    void aRefusalOfTheServerStandsBesideItsDocument() {
        api.allow(attempt ->
                !attempt.verb().equals("create") || attempt.resource().endsWith("reviews"));
        ApplyPage page = page(DEPLOYMENT);
        page.review();
        assertThat(page.getDifferences().get(0).problem()).contains("is forbidden");
        assertThat(page.isRefused()).isTrue();
    }

    @Test
    void applyingStopsAtTheFirstRefusal() {
        ApplyPage page = page("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" + DEPLOYMENT
                + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
        page.review();
        int[] creates = {0};
        api.fake.failWhen(request -> request.info().verb().equals("create")
                        && request.parameter("dryRun").isEmpty()
                        && ++creates[0] == 2
                ? ApiException.of(429, "TooManyRequests", "later", null)
                : null);
        page.apply();
        assertThat(api.failed)
                .containsExactly(
                        "later", "Applying stopped at Deployment default/web; what stands before it was applied.");
        assertThat(page.getDifferences())
                .extracting(Difference::change)
                .containsExactly(Difference.Change.SAME, Difference.Change.CREATE, Difference.Change.CREATE);
    }

    @Test
    void aNamespaceAndWhatIsInItCanComeInOneManifest() {
        ApplyPage page = page("apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n"
                + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: fresh}\n");
        page.review();
        assertThat(page.getDifferences())
                .extracting(Difference::change)
                .containsExactly(Difference.Change.CREATE, Difference.Change.UNCHECKED);
        page.apply();
        assertThat(api.done).containsExactly("Namespace fresh was created.", "ConfigMap fresh/a was created.");
    }

    @Test
    void valuesOfSecretsAreNotShown() {
        applied("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: b25l, same: eA==}\n");
        ApplyPage page = page("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: dHdv, same: eA==}\n");
        page.review();
        assertThat(text(page.getDifferences().get(0)))
                .contains("-  k: '*** (before)'", "+  k: '*** (after)'")
                .doesNotContain("b25l", "dHdv", "eA==");
    }

    @Test
    void listsAreTakenApart() {
        ApplyPage page = page(
                "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
                        + "{\"name\":\"a\"}},{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}]}");
        page.review();
        assertThat(page.getDifferences())
                .extracting(Difference::object)
                .containsExactly("ConfigMap default/a", "ConfigMap default/b");
    }

    @Test
    void nothingAndTooMuchAreRefused() {
        page("  \n").review();
        page("#".repeat(ManifestReader.LARGEST + 1)).review();
        assertThat(api.failed)
                .containsExactly("Enter a manifest first.", "The manifest is too large: at most 1024 KiB.");
    }

    @Test
    void objectsWithoutANamespaceGoToTheChosenOne() {
        ApplyPage page = page(DEPLOYMENT);
        page.setNamespace("shop");
        page.review();
        page.apply();
        assertThat(api.fake.exists(Resources.DEPLOYMENTS, "shop", "web")).isTrue();
    }
}
