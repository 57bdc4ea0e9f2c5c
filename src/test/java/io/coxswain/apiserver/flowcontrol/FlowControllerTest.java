package io.coxswain.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.flowcontrol.Ticket.State;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.objects.FlowControlObjects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowControllerTest {
    private static final RequestInfo PODS = RequestInfoParser.parse("GET", "/api/v1/namespaces/a/pods", Map.of());
    private static final UserInfo GREEDY = UserInfo.of("greedy", "system:authenticated");
    private static final UserInfo MODEST = UserInfo.of("modest", "system:authenticated");

    private final FlowController controller = new FlowController(245, new FlowStatistics());
    private final FlowControlObjects objects = new FlowControlObjects();

    FlowControllerTest() {
        controller.configure(objects.schemas(List.of()), objects.levels(List.of()));
    }

    private List<Ticket> ask(int count, UserInfo user, RequestInfo info) {
        return IntStream.range(0, count)
                .mapToObj(i -> controller.request(user, info))
                .toList();
    }

    private static long count(List<Ticket> tickets, State state) {
        return tickets.stream().filter(ticket -> ticket.state() == state).count();
    }

    private FlowController.LevelUse use(String level) {
        return controller.use().stream()
                .filter(use -> use.name().equals(level))
                .findFirst()
                .orElseThrow();
    }

    private void configureOneLevel(int seats, int queues, int length) {
        PriorityLevel level = new PriorityLevel("only", "u", false, 10, 0, 0, queues, Math.min(4, queues), length);
        FlowSchema schema = objects.schemas(List.of()).stream()
                .filter(one -> one.name().equals("catch-all"))
                .findFirst()
                .orElseThrow();
        PriorityLevel rest = new PriorityLevel("rest", "u", false, 245 * 10 / seats - 10, 0, 0, 0, 0, 0);
        controller.configure(
                List.of(new FlowSchema("all", "s", 1, "only", "ByUser", schema.rules())), List.of(level, rest));
    }

    @ParameterizedTest
    @CsvSource({
        "admin,                                  system:masters,  GET,  /api/v1/pods,                        exempt,                       exempt",
        "system:node:n,                          system:nodes,    PUT,  /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n, system-node-high, node-high",
        "system:node:n,                          system:nodes,    PATCH, /api/v1/nodes/n/status,             system-node-high,             node-high",
        "system:node:n,                          system:nodes,    GET,  /api/v1/namespaces/a/secrets/s,      system-nodes,                 system",
        "system:kube-scheduler,                  x,               PUT,  /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l, system-leader-election, leader-election",
        "system:kube-scheduler,                  x,               GET,  /api/v1/pods,                        kube-scheduler,               workload-high",
        "system:serviceaccount:kube-system:gc,   system:serviceaccounts, GET, /api/v1/pods,                  kube-system-service-accounts, workload-high",
        "system:serviceaccount:a:b,              system:serviceaccounts, GET, /api/v1/pods,                  service-accounts,             workload-low",
        "jane,                                   x,               GET,  /api/v1/pods,                        global-default,               global-default",
        "system:anonymous,                       x,               GET,  /readyz,                             probes,                       exempt",
        "jane,                                   x,               GET,  /version,                            global-default,               global-default",
    })
    void knowsToWhichLevelARequestBelongs(
            String user, String group, String method, String path, String schema, String level) {
        Ticket ticket = controller.request(
                UserInfo.of(user, group, "system:authenticated"), RequestInfoParser.parse(method, path, Map.of()));
        assertThat(ticket.schema().name()).isEqualTo(schema);
        assertThat(ticket.level().name()).isEqualTo(level);
        assertThat(ticket.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void sharesSeatsAsTheLevelsSay() {
        assertThat(use("workload-low").seats()).isEqualTo(100);
        assertThat(use("catch-all").seats()).isEqualTo(5);
        assertThat(use("exempt").seats()).isZero();
    }

    @Test
    void neverHoldsUpWhoIsExempt() {
        ask(2000, GREEDY, PODS);
        List<Ticket> admin = ask(5000, UserInfo.of("admin", "system:masters"), PODS);
        assertThat(count(admin, State.RUNNING)).isEqualTo(5000);
    }

    @Test
    void keepsNodesAndLeadersAliveUnderOverload() {
        ask(10_000, GREEDY, PODS);
        UserInfo node = UserInfo.of("system:node:n", "system:nodes", "system:authenticated");
        RequestInfo nodeLease = RequestInfoParser.parse(
                "PUT", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n", Map.of());
        RequestInfo leader = RequestInfoParser.parse(
                "PUT", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler", Map.of());
        assertThat(count(ask(20, node, nodeLease), State.RUNNING)).isEqualTo(20);
        assertThat(count(ask(5, UserInfo.of("system:kube-scheduler"), leader), State.RUNNING))
                .isEqualTo(5);
    }

    @Test
    void borrowsWhatOthersLendAndNoMore() {
        long running = count(ask(10_000, GREEDY, PODS), State.RUNNING);
        // Its own 20, and of the others 33% of 30, 25% of 40, 50% of 40, 90% of 100.
        assertThat(running).isEqualTo(20 + 9 + 10 + 20 + 90);
    }

    @Test
    void servesAModestFlowBesideAGreedyOne() {
        configureOneLevel(10, 64, 50);
        List<Ticket> greedy = new ArrayList<>(ask(500, GREEDY, PODS));
        assertThat(count(greedy, State.RUNNING)).isEqualTo(10);
        assertThat(count(greedy, State.WAITING)).isEqualTo(4 * 50);
        assertThat(count(greedy, State.REJECTED)).isEqualTo(500 - 10 - 4 * 50);
        List<Ticket> modest = ask(3, MODEST, PODS);
        assertThat(count(modest, State.WAITING)).isEqualTo(3);
        // Few finished requests are enough for the modest flow: it does not wait behind the greedy one's two hundred.
        int finished = 0;
        while (count(modest, State.RUNNING) < 3) {
            greedy.stream()
                    .filter(ticket -> ticket.state() == State.RUNNING)
                    .findFirst()
                    .orElseThrow()
                    .finish();
            finished++;
        }
        assertThat(finished).isLessThan(40);
        assertThat(use("only").executing()).isEqualTo(10);
    }

    @Test
    void runsWaitingRequestsWhenSeatsComeFreeAndTellsThem() {
        configureOneLevel(10, 8, 50);
        List<Ticket> running = ask(10, GREEDY, PODS);
        Ticket waiting = controller.request(MODEST, PODS);
        List<String> told = new ArrayList<>();
        waiting.whenDecided(() -> told.add(waiting.state().name()));
        assertThat(told).isEmpty();
        running.get(0).finish();
        running.get(0).finish();
        assertThat(told).containsExactly("RUNNING");
        assertThat(use("only").executing()).isEqualTo(10);
    }

    @Test
    void turnsAwayWhoWaitsTooLong() {
        configureOneLevel(10, 8, 50);
        List<Ticket> running = ask(10, GREEDY, PODS);
        Ticket waiting = controller.request(MODEST, PODS);
        List<String> told = new ArrayList<>();
        waiting.whenDecided(() -> told.add(waiting.state().name()));
        waiting.giveUp();
        running.forEach(Ticket::finish);
        assertThat(told).containsExactly("REJECTED");
        assertThat(use("only").waiting()).isZero();
        assertThat(use("only").executing()).isZero();
    }

    @Test
    void turnsAwayAtOnceWhereNobodyMayWait() {
        configureOneLevel(10, 0, 0);
        List<Ticket> tickets = ask(12, GREEDY, PODS);
        assertThat(count(tickets, State.RUNNING)).isEqualTo(10);
        assertThat(count(tickets, State.REJECTED)).isEqualTo(2);
    }

    @Test
    void losesNobodyWhenTheSettingsChange() {
        configureOneLevel(10, 8, 50);
        List<Ticket> tickets = ask(30, GREEDY, PODS);
        controller.configure(objects.schemas(List.of()), objects.levels(List.of()));
        assertThat(count(tickets, State.WAITING)).isZero();
        tickets.forEach(Ticket::finish);
        assertThat(controller.use()).allMatch(use -> use.executing() == 0 && use.waiting() == 0);
    }

    @Test
    void servesEverybodyEvenWithoutSchemas() {
        controller.configure(objects.schemas(List.of()).subList(0, 1), objects.levels(List.of()));
        assertThat(controller.request(MODEST, PODS).state()).isEqualTo(State.RUNNING);
    }

    @Test
    void dealsEveryFlowTheSameHandOfDifferentQueues() {
        Set<String> hands = new HashSet<>();
        for (int flow = 0; flow < 500; flow++) {
            int[] hand = ShuffleSharding.hand("schema", "user-" + flow, 64, 6);
            assertThat(hand).hasSize(6).doesNotHaveDuplicates();
            assertThat(Arrays.stream(hand)).allMatch(queue -> queue >= 0 && queue < 64);
            assertThat(ShuffleSharding.hand("schema", "user-" + flow, 64, 6)).isEqualTo(hand);
            hands.add(Arrays.toString(hand));
        }
        assertThat(hands).hasSizeGreaterThan(490);
        assertThat(ShuffleSharding.hand("s", "f", 3, 6)).containsExactlyInAnyOrder(0, 1, 2);
    }
}
