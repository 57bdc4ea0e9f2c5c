package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.bench.Ledger.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the rounds of {@code kill} can fail. */
class LedgerTest {
    private static final Entry A = new Entry("a", "1", 10);
    private static final Entry B = new Entry("b", "2", 11);
    private static final Entry C = new Entry("c", "3", 12);

    private final Ledger ledger = new Ledger();

    @Test
    void allThatWasAcknowledgedIsThere() {
        ledger.nextLife();
        ledger.said(B); // a watch may be quicker than the answer
        ledger.acknowledged(A);
        ledger.acknowledged(B);
        assertThat(ledger.compare(List.of(A, B, C), 15)).isEqualTo(new Ledger.Verdict(2, List.of()));
    }

    @Test
    void anAcknowledgedObjectIsMissing() {
        ledger.nextLife();
        ledger.acknowledged(A);
        ledger.acknowledged(B);
        assertThat(ledger.compare(List.of(A), 15).faults())
                .singleElement()
                .asString()
                .startsWith("lost: ")
                .contains("b");
    }

    @Test
    void whatAWatchShowedIsMissing() {
        ledger.nextLife();
        ledger.acknowledged(A);
        ledger.said(B);
        assertThat(ledger.compare(List.of(A), 15).faults()).hasSize(1);
    }

    @Test
    void anObjectOfAnEarlierLifeIsMissing() {
        ledger.nextLife();
        ledger.acknowledged(A);
        assertThat(ledger.compare(List.of(A), 10).faults()).isEmpty();
        ledger.nextLife();
        ledger.acknowledged(B);
        assertThat(ledger.compare(List.of(B), 11).faults())
                .singleElement()
                .asString()
                .startsWith("lost: ");
    }

    @Test
    void anObjectIsAnotherThanWasAcknowledged() {
        ledger.nextLife();
        ledger.acknowledged(A);
        assertThat(ledger.compare(List.of(new Entry("a", "9", 10)), 15).faults())
                .singleElement()
                .asString()
                .startsWith("changed: ");
    }

    @Test
    void aRevisionIsGivenOutTwiceInOneLife() {
        ledger.nextLife();
        ledger.acknowledged(A);
        Entry twin = new Entry("twin", "9", 10);
        ledger.acknowledged(twin);
        assertThat(ledger.compare(List.of(A, twin), 15).faults())
                .anyMatch(fault -> fault.startsWith("revision 10 twice"));
    }

    @Test
    void aLifeBeginsBelowARevisionThatWasOnlyShown() {
        ledger.nextLife();
        ledger.acknowledged(A);
        ledger.compare(List.of(A, C), 12); // C was committed, and nobody was told before the kill
        ledger.nextLife();
        ledger.acknowledged(B);
        assertThat(ledger.compare(List.of(A, B, C), 20).faults())
                .singleElement()
                .asString()
                .contains("revision 11 of b after 12");
    }

    @Test
    void theServerIsOlderThanWhatItSaid() {
        ledger.nextLife();
        ledger.acknowledged(C);
        assertThat(ledger.compare(List.of(C), 11).faults())
                .singleElement()
                .asString()
                .startsWith("the list is of");
    }
}
