package io.coxswain.apiserver.registry;

import static io.coxswain.apiserver.ApiInMemory.names;
import static io.coxswain.apiserver.ApiInMemory.revision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.NamespaceKind;
import io.coxswain.kinds.core.SecretKind;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as clients page through them. */
class ListTest {
    private static final String MAPS = "/api/v1/namespaces/ns/configmaps";

    private final ApiInMemory api = new ApiInMemory(new ConfigMapKind(), new SecretKind(), new NamespaceKind());

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void pagesShowOneStateWhileWritersGoOn() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            api.configMap("ns", name, "x");
        }
        JsonObject first = api.get(MAPS + "?limit=2");
        api.delete(MAPS + "/c", "");
        api.configMap("ns", "bb", "x");
        api.mergePatch(MAPS + "/d", "{data: {k: v}}");

        JsonObject second = api.get(MAPS + "?limit=2&continue=" + token(first));
        JsonObject third = api.get(MAPS + "?limit=2&continue=" + token(second));

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(names(second)).containsExactly("c", "d");
        assertThat(second.getJsonArray("items").getJsonObject(1)).doesNotContainKey("data");
        assertThat(names(third)).containsExactly("e");
        assertThat(token(third)).isEmpty();
        assertThat(List.of(revision(second), revision(third))).containsOnly(revision(first));
    }

    @Test
    void aPageTellsHowManyItemsAreBehindIt() {
        for (int i = 0; i < 7; i++) {
            api.configMap(i < 5 ? "ns" : "other", "m" + i, "x");
        }
        JsonObject first = api.get(MAPS + "?limit=2");
        assertThat(remaining(first)).isEqualTo(3);
        JsonObject second = api.get(MAPS + "?limit=2&continue=" + token(first));
        assertThat(remaining(second)).isEqualTo(1);
        assertThat(api.get(MAPS + "?limit=2&continue=" + token(second)).getJsonObject("metadata"))
                .doesNotContainKeys("remainingItemCount", "continue");
        assertThat(remaining(api.get("/api/v1/configmaps?limit=3"))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"labelSelector=l%3Dx", "fieldSelector=metadata.namespace%3Dns"})
    void withASelectorNobodyKnowsHowManyAreLeft(String selector) {
        for (String name : List.of("a", "b", "c", "d")) {
            api.configMap("ns", name, name.equals("b") ? "y" : "x");
        }
        JsonObject page = api.get(MAPS + "?limit=1&" + selector);
        assertThat(page.getJsonObject("metadata")).containsKey("continue").doesNotContainKey("remainingItemCount");
    }

    @Test
    void aSelectorHoldsOverAllPages() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            api.configMap("ns", name, "b d".contains(name) ? "y" : "x");
        }
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            JsonObject page = api.get(MAPS + "?limit=1&labelSelector=l%3Dx&continue=" + token);
            seen.addAll(names(page));
            token = token(page);
        } while (!token.isEmpty());
        assertThat(seen).containsExactly("a", "c", "e");
    }

    @Test
    void anExpiredTokenComesWithOneThatGoesOn() {
        for (String name : List.of("a", "b", "c")) {
            api.configMap("ns", name, "x");
        }
        String token = token(api.get(MAPS + "?limit=1"));
        api.clock.move(Duration.ofMinutes(11));
        api.delete(MAPS + "/b", "");
        api.configMap("ns", "bb", "x");
        api.clock.move(Duration.ofMinutes(11));
        api.configMap("ns", "d", "x");
        api.compact();

        ApiException expired =
                catchThrowableOfType(ApiException.class, () -> api.get(MAPS + "?limit=1&continue=" + token));

        assertThat(expired.code()).isEqualTo(410);
        assertThat(expired.status().reason()).isEqualTo("Expired");
        assertThat(expired.getMessage())
                .startsWith("The provided continue parameter is too old to display a consistent list result.");
        String inconsistent = expired.status().continueToken();
        assertThat(expired.status().toJson().getJsonObject("metadata").getString("continue"))
                .isEqualTo(inconsistent);
        JsonObject rest = api.get(MAPS + "?limit=1&continue=" + inconsistent);
        assertThat(names(rest)).containsExactly("bb");
        assertThat(revision(rest)).isEqualTo(revision(api.get(MAPS)));
        // From here on the pages belong together again.
        api.configMap("ns", "e", "x");
        JsonObject last = api.get(MAPS + "?continue=" + token(rest));
        assertThat(names(last)).containsExactly("c", "d");
        assertThat(revision(last)).isEqualTo(revision(rest));
    }

    @Test
    void exactShowsThePastAndNotOlderThanTheNewest() {
        String old = api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");

        JsonObject exact = api.get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + old);
        assertThat(names(exact)).containsExactly("a");
        assertThat(revision(exact)).isEqualTo(old);
        assertThat(names(api.get(MAPS + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + old)))
                .containsExactly("a", "b");
        assertThat(names(api.get(MAPS + "?resourceVersion=" + old))).containsExactly("a", "b");
        assertThat(names(api.get(MAPS + "?resourceVersion=0"))).containsExactly("a", "b");
        assertThat(names(api.get(MAPS + "?resourceVersionMatch=NotOlderThan&resourceVersion=0")))
                .containsExactly("a", "b");
        // With a limit and no match a version means exactly that one, as ever.
        assertThat(names(api.get(MAPS + "?limit=5&resourceVersion=" + old))).containsExactly("a");
    }

    @Test
    void aVersionThatHistoryNoLongerReachesIs410() {
        String old = api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        api.clock.move(Duration.ofMinutes(11));
        api.configMap("ns", "c", "x");
        api.compact();

        assertThatThrownBy(() -> api.get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + old))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(410))
                .hasMessage("The resourceVersion for the provided list is too old.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        resourceVersionMatch=Exact | resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided
        resourceVersionMatch=Exact&resourceVersion=0 | resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"
        resourceVersionMatch=Newest&resourceVersion=1 | resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""
        resourceVersionMatch=Exact&resourceVersion=1&continue=abc | resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided
        sendInitialEvents=true | sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list
        """)
    void optionsThatMakeNoSenseAreInvalid(String query, String fault) {
        assertThatThrownBy(() -> api.get(MAPS + "?" + query))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessage("ListOptions.meta.k8s.io \"\" is invalid: " + fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=many",
                "limit=9999999999999999999999",
                "resourceVersion=new",
                "resourceVersion=-1",
                "resourceVersion=%2B5",
                "labelSelector=a%3D%3D%3Db",
                "labelSelector=%28",
                "fieldSelector=metadata.name",
                "timeoutSeconds=soon",
                "continue=abc",
                "continue=%F0%9F%98%80",
                "continue=e30"
            })
    void whatCannotBeReadIsABadRequest(String query) {
        assertThatThrownBy(() -> api.get(MAPS + "?" + query))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void aTokenBelongsToItsListAndItsServer() {
        api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        String token = token(api.get(MAPS + "?limit=1"));
        for (String other :
                List.of("/api/v1/namespaces/other/configmaps", "/api/v1/configmaps", "/api/v1/namespaces/ns/secrets")) {
            assertThatThrownBy(() -> api.get(other + "?limit=1&continue=" + token))
                    .hasMessageStartingWith("continue key is not valid");
        }
        assertThatThrownBy(() -> api.get(MAPS + "?resourceVersion=5&continue=" + token))
                .hasMessage("specifying resource version is not allowed when using continue");
        assertThatThrownBy(() -> api.get(MAPS + "?continue=" + forged(99_999_999)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(504));
        assertThatThrownBy(() -> api.get(MAPS + "?continue=" + "A".repeat(5000)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    private static String forged(long revision) {
        String json = "{\"v\":\"meta.k8s.io/v1\",\"rv\":" + revision
                + ",\"start\":\"ns/a\\u0000\",\"list\":\"configmaps/ns\"}";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNegativeLimitIsNone() {
        api.configMap("ns", "a", "x");
        api.configMap("ns", "b", "x");
        assertThat(names(api.get(MAPS + "?limit=-1"))).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.name%3Db, b",
        "metadata.name%3D%3Db, b",
        "metadata.name!%3Db, a c",
        "'metadata.name!%3Da,metadata.name!%3Db', c",
        "metadata.namespace%3Dother, ''"
    })
    void everyKindCanBeSelectedByNameAndNamespace(String selector, String expected) {
        for (String name : List.of("a", "b", "c")) {
            api.configMap("ns", name, "x");
        }
        assertThat(String.join(" ", names(api.get(MAPS + "?fieldSelector=" + selector))))
                .isEqualTo(expected);
    }

    @Test
    void fieldsThatAKindDoesNotOfferAreNamed() {
        assertThatThrownBy(() -> api.get(MAPS + "?fieldSelector=data.key%3Dx"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining("field label not supported: data.key");
        assertThatThrownBy(() -> api.get("/api/v1/namespaces?fieldSelector=metadata.namespace%3Dx"))
                .hasMessageContaining("field label not supported: metadata.namespace");
    }

    @Test
    void listsCarryTheirKindAndAnEmptyOneHasNoNull() {
        JsonObject list = api.get("/api/v1/configmaps");
        assertThat(list.getString("kind")).isEqualTo("ConfigMapList");
        assertThat(list.getString("apiVersion")).isEqualTo("v1");
        assertThat(list.getJsonArray("items")).isEmpty();
        assertThat(Long.parseLong(revision(list))).isPositive();
    }

    private static String token(JsonObject list) {
        return list.getJsonObject("metadata").getString("continue", "");
    }

    private static long remaining(JsonObject list) {
        return list.getJsonObject("metadata")
                .getJsonNumber("remainingItemCount")
                .longValue();
    }
}
