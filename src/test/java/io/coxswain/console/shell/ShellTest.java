package io.coxswain.console.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.servlet.ServletException;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShellTest {
    @ConsolePage(path = "b", icon = "pi-box", group = ConsolePage.Group.RUNNING, order = 2, details = "detail")
    private static final class Second {}

    @ConsolePage(path = "a", icon = "pi-box", group = ConsolePage.Group.RUNNING, order = 1)
    private static final class First {}

    @ConsolePage(path = "z", icon = "pi-box", group = ConsolePage.Group.CLUSTER, order = 9)
    private static final class Other {}

    @Test
    void theNavigationIsOrderedByGroupAndOrder() {
        Navigation navigation = new Navigation(List.of(
                Second.class.getAnnotation(ConsolePage.class),
                First.class.getAnnotation(ConsolePage.class),
                Other.class.getAnnotation(ConsolePage.class)));
        assertThat(navigation.getSections())
                .extracting(Navigation.Section::title)
                .containsExactly("group.cluster", "group.running");
        List<Navigation.Entry> running = navigation.getSections().get(1).entries();
        assertThat(running).extracting(Navigation.Entry::path).containsExactly("a", "b");
        assertThat(running.get(1).shows("/detail.xhtml")).isTrue();
        assertThat(running.get(0).shows("/detail.xhtml")).isFalse();
        assertThat(running.get(0).shows("/a.xhtml")).isTrue();
    }

    @Test
    void signingInLeadsToPagesOfOursOnly() {
        assertThat(SignIn.destination("/pods.xhtml?ns=shop")).isEqualTo("/pods.xhtml?ns=shop");
        for (String elsewhere : List.of(
                "",
                "https://evil.example/",
                "//evil.example/pods.xhtml",
                "/\\evil.example/a.xhtml",
                "/pods.xhtml\r\nSet-Cookie: x",
                "/signin.xhtml?to=/pods.xhtml",
                "/api/v1/pods")) {
            assertThat(SignIn.destination(elsewhere)).as(elsewhere).isEqualTo("/overview.xhtml");
        }
    }

    @Test
    void guessingIsSlowedDownByNameAndByAddress() {
        AtomicLong nanos = new AtomicLong();
        SignInThrottle throttle = new SignInThrottle(nanos::get);
        for (int i = 0; i < 10; i++) {
            assertThat(throttle.mayTry("alice", "1.1.1.1")).isTrue();
            throttle.failed("alice", "1.1.1.1");
        }
        assertThat(throttle.mayTry("alice", "2.2.2.2")).isFalse();
        assertThat(throttle.mayTry("bob", "1.1.1.1")).isFalse();
        assertThat(throttle.mayTry("bob", "2.2.2.2")).isTrue();
        nanos.addAndGet(301_000_000_000L);
        assertThat(throttle.mayTry("alice", "1.1.1.1")).isTrue();
    }

    @Test
    void aSuccessForgivesEarlierFailures() {
        SignInThrottle throttle = new SignInThrottle(() -> 0);
        for (int i = 0; i < 9; i++) {
            throttle.failed("alice", "1.1.1.1");
        }
        throttle.succeeded("alice", "1.1.1.1");
        throttle.failed("alice", "1.1.1.1");
        assertThat(throttle.mayTry("alice", "1.1.1.1")).isTrue();
    }

    @Test
    void theErrorPageTellsWhatTheServerAnswered() {
        ApiException answer = ApiException.notFound(new GroupResource("", "pods"), "x");
        Problem problem = Problem.of(new ServletException(new RuntimeException(answer)));
        assertThat(problem).isEqualTo(new Problem(404, "pods \"x\" not found", ""));
        assertThat(problem.title()).isEqualTo("error.404");
    }

    @Test
    void aFaultOfOursShowsANumberAndNoStack() {
        Problem problem = Problem.of(new ServletException(new IllegalStateException("secret detail")));
        assertThat(problem.code()).isEqualTo(500);
        assertThat(problem.message()).isEmpty();
        assertThat(problem.incident()).hasSize(8);
        assertThat(problem.title()).isEqualTo("error.other");
    }

    @Test
    void aPageThatIsNotThereIsNotFound() {
        assertThat(Problem.of(new ServletException(new FileNotFoundException("/x.xhtml"))))
                .isEqualTo(Problem.NOT_FOUND);
    }

    @Test
    void aRightIsAskedAboutOncePerRequest() {
        AtomicInteger asked = new AtomicInteger();
        ConsoleApi api = new ConsoleApi().allow(attempt -> asked.incrementAndGet() > 0);
        Permissions permissions = api.session().permissions();
        permissions.may("list", Resources.PODS, "shop");
        permissions.may("list", Resources.PODS, "shop");
        assertThat(asked).hasValue(1);
    }

    @Test
    void theReasonNamesVerbResourceAndPlace() {
        Permissions permissions =
                new ConsoleApi().allow(attempt -> false).session().permissions();
        assertThat(permissions.may("create", Resources.NAMESPACES, "").reason())
                .isEqualTo("You need the right to create namespaces in the whole cluster.");
        assertThat(permissions.may("get", Resources.PODS, "log", "shop", "x").reason())
                .isEqualTo("You need the right to get pods/log in namespace shop.");
    }

    @Test
    void causesOfAnInvalidObjectAreShownWithTheirFields() {
        ConsoleApi api = new ConsoleApi();
        api.session()
                .notices()
                .failed(new ApiException(io.coxswain.meta.Status.failure(
                        422,
                        "Invalid",
                        "two faults",
                        new io.coxswain.meta.Status.Details(
                                "",
                                "",
                                "",
                                "",
                                List.of(
                                        new io.coxswain.meta.Status.Cause("", "must be set", "spec.a"),
                                        new io.coxswain.meta.Status.Cause("", "too long", "")),
                                0))));
        assertThat(api.failed).containsExactly("two faults", "spec.a: must be set", "too long");
    }

    @Test
    void theNewestEventComesFirstWhateverFieldHasItsTime() {
        List<EventRow> rows = EventRow.newest(
                List.of(
                        event("{'lastTimestamp':'2026-01-01T00:00:01Z','reason':'old'}"),
                        event(
                                "{'series':{'lastObservedTime':'2026-01-01T00:00:09.000000Z','count':7},'reason':'series'}"),
                        event("{'eventTime':'2026-01-01T00:00:05.000000Z','reason':'time'}")),
                2);
        assertThat(rows).extracting(EventRow::reason).containsExactly("series", "time");
        assertThat(rows).extracting(EventRow::count).containsExactly(7L, 1L);
    }

    private static ObjectView event(String json) {
        return new ObjectView(ConsoleApi.json(json));
    }

    @Test
    void whatANodeReportsInKibibytesIsReadInGibibytes() {
        Usage usage = Usage.of("memory", Usage.parse("1536Mi"), Usage.parse("24684084Ki"));

        assertThat(usage.used()).isEqualTo("1536Mi");
        assertThat(usage.limit()).isEqualTo("23.5Gi");
        assertThat(Usage.of("memory", Usage.parse("0"), Usage.parse("2049Ki")).limit())
                .isEqualTo("2Mi");
        assertThat(Usage.of("memory", Usage.parse("0"), Usage.parse("1000Ki")).limit())
                .isEqualTo("1000Ki");
    }
}
