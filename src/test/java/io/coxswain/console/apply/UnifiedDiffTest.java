package io.coxswain.console.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    private static List<String> diff(String before, String after) {
        return UnifiedDiff.of(before, after).stream()
                .map(UnifiedDiff.Line::text)
                .toList();
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    }

    @Test
    void equalTextsDoNotDiffer() {
        assertThat(diff("a\nb", "a\nb")).isEmpty();
    }

    @Test
    void aChangeHasThreeLinesAroundIt() {
        assertThat(diff(lines(1, 9), lines(1, 9).replace("5", "five")))
                .containsExactly("@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8");
    }

    @Test
    void changesFarApartAreTwoHunks() {
        String before = lines(1, 30);
        String after = before.replace("\n3\n", "\nthree\n").replace("\n25\n", "\n25\nmore\n");
        List<String> diff = diff(before, after);
        assertThat(diff)
                .filteredOn(line -> line.startsWith("@@"))
                .containsExactly("@@ -1,6 +1,6 @@", "@@ -23,6 +23,7 @@");
        assertThat(diff).contains("-3", "+three", "+more");
    }

    @Test
    void somethingFromNothingIsAllAdded() {
        assertThat(diff("", "a\nb")).containsExactly("@@ -0,0 +1,2 @@", "+a", "+b");
    }

    @Test
    void hugeTextsAreComparedWhole() {
        String before = IntStream.range(0, 3000).mapToObj(i -> "a" + i).collect(Collectors.joining("\n"));
        String after = IntStream.range(0, 3000).mapToObj(i -> "b" + i).collect(Collectors.joining("\n"));
        assertThat(diff(before, after)).hasSize(6001);
    }
}
