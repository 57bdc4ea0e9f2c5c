package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.replace;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Long lists in pages. */
class ChunkingConformanceIT extends ConformanceSuite {
    private static final int TOTAL = 400;
    private static final int PAGE = TOTAL / 10;

    @Test
    @DisplayName("api-machinery | API chunking | return chunks of results")
    void pages() {
        String templates = manyTemplates();
        Random random = new Random(34);
        for (int round = 0; round < 3; round++) {
            int found = 0;
            String revision = "";
            String token = "";
            do {
                int limit = random.nextInt(PAGE) + 1;
                JsonObject page = read(templates + "?limit=" + limit + (token.isEmpty() ? "" : "&continue=" + token));
                assertThat(page.getJsonArray("items").size()).isLessThanOrEqualTo(limit);
                revision = revision.isEmpty() ? text(page, "metadata", "resourceVersion") : revision;
                assertThat(text(page, "metadata", "resourceVersion")).isEqualTo(revision);
                found = check(page, found);
                token = text(page, "metadata", "continue");
            } while (!token.isEmpty());
            assertThat(found).isEqualTo(TOTAL);
        }
        JsonObject whole = read(templates + "?limit=" + (TOTAL + 1));
        assertThat(check(whole, 0)).isEqualTo(TOTAL);
    }

    /**
     * Upstream waits until etcd has been compacted. Here the past is made too large to be kept: as much of it as the store
     * holds of one resource, and more.
     */
    @Test
    @DisplayName("api-machinery | API chunking | continue after compaction (inconsistent continue token)")
    void continuesAfterThePastIsGone() {
        String templates = manyTemplates();
        JsonObject first = read(templates + "?limit=" + PAGE);
        int found = check(first, 0);
        String query = templates + "?limit=" + PAGE + "&continue=";
        String expiring = text(first, "metadata", "continue");
        expect(200, api().get(query + expiring));

        fillHistory();
        Answer expired = api().get(query + expiring);

        refused(410, "Expired", expired);
        String inconsistent = text(expired.json(), "metadata", "continue");
        assertThat(inconsistent).isNotEmpty().isNotEqualTo(expiring);
        JsonObject page = read(query + inconsistent);
        String revision = text(page, "metadata", "resourceVersion");
        assertThat(Requests.revision(page)).isGreaterThan(Requests.revision(first));
        assertThat(page.getJsonArray("items")).hasSize(PAGE);
        found = check(page, found);
        while (!text(page, "metadata", "continue").isEmpty()) {
            page = read(query + text(page, "metadata", "continue"));
            assertThat(text(page, "metadata", "resourceVersion")).isEqualTo(revision);
            found = check(page, found);
        }
        assertThat(found).isEqualTo(TOTAL);
    }

    /** Checks the names and the count of what remains; returns how many were found by now. */
    private static int check(JsonObject page, int foundBefore) {
        int found = foundBefore;
        List<JsonObject> items = page.getJsonArray("items").getValuesAs(JsonObject.class);
        assertThat(items)
                .extracting(item -> text(item, "metadata", "name"))
                .isEqualTo(IntStream.range(found, found + items.size())
                        .mapToObj(ChunkingConformanceIT::name)
                        .toList());
        found += items.size();
        assertThat(text(page, "metadata", "remainingItemCount"))
                .isEqualTo(text(page, "metadata", "continue").isEmpty() ? "" : Integer.toString(TOTAL - found));
        return found;
    }

    private static String name(int index) {
        return "template-%04d".formatted(index);
    }

    private String manyTemplates() {
        String templates = collection("v1", "podtemplates");
        IntStream.range(0, TOTAL).parallel().forEach(i -> template(templates, name(i)));
        return templates;
    }

    private static JsonObject template(String templates, String name) {
        return create(templates, """
                {"apiVersion":"v1","kind":"PodTemplate","metadata":{"name":"%s"},
                "template":{"spec":{"containers":[{"name":"test","image":"test2"}]}}}""".formatted(name));
    }

    /** Writes 36 MiB of events of this resource. */
    private void fillHistory() {
        String templates = collection("v1", "podtemplates");
        JsonObject template = template(templates, "large");
        String megabyte = "x".repeat(1 << 20);
        for (int round = 0; round < 36; round++) {
            String containers = """
                    [{"name":"test","image":"test2","args":["%s"],"env":[{"name":"ROUND","value":"%d"}]}]""".formatted(megabyte, round);
            template =
                    replace(templates + "/large", with(template, json(containers), "template", "spec", "containers"));
        }
    }
}
