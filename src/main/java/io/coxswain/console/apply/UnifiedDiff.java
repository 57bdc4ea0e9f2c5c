package io.coxswain.console.apply;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The lines by which two texts differ, with three unchanged lines around each change, as {@code diff -u} shows them. */
final class UnifiedDiff {
    private static final int AROUND = 3;
    /** Beyond this many comparisons the differing part is shown as removed and added whole. */
    private static final long MOST_COMPARISONS = 4_000_000;

    private UnifiedDiff() {}

    /** A line of the output: {@code kind} is {@code added}, {@code removed}, {@code same} or {@code hunk}. */
    public record Line(String kind, String text) implements Serializable {}

    /** Nothing if the texts are equal. */
    static List<Line> of(String before, String after) {
        List<Line> all = align(before.lines().toList(), after.lines().toList());
        List<Line> shown = new ArrayList<>();
        int old = 1;
        int now = 1;
        int i = 0;
        while (i < all.size()) {
            int change = nextChange(all, i);
            if (change < 0) {
                break;
            }
            int start = Math.max(i, change - AROUND);
            int skipped = start - i;
            old += skipped;
            now += skipped;
            int end = end(all, change);
            List<Line> hunk = all.subList(start, end);
            int removed = (int)
                    hunk.stream().filter(line -> !line.kind().equals("added")).count();
            int added = (int)
                    hunk.stream().filter(line -> !line.kind().equals("removed")).count();
            shown.add(new Line("hunk", "@@ -" + range(old, removed) + " +" + range(now, added) + " @@"));
            shown.addAll(hunk);
            old += removed;
            now += added;
            i = end;
        }
        return List.copyOf(shown);
    }

    private static String range(int start, int count) {
        return (count == 0 ? start - 1 : start) + "," + count;
    }

    private static int nextChange(List<Line> lines, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (!lines.get(i).kind().equals("same")) {
                return i;
            }
        }
        return -1;
    }

    /** Where the hunk ends: after the last change that is near enough to the one before it. */
    private static int end(List<Line> lines, int change) {
        int last = change;
        int next = nextChange(lines, change + 1);
        while (next >= 0 && next - last <= 2 * AROUND + 1) {
            last = next;
            next = nextChange(lines, last + 1);
        }
        return Math.min(lines.size(), last + AROUND + 1);
    }

    private static List<Line> align(List<String> before, List<String> after) {
        int head = 0;
        while (head < Math.min(before.size(), after.size()) && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(before.size(), after.size()) - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<Line> lines = new ArrayList<>();
        before.subList(0, head).forEach(text -> lines.add(new Line("same", " " + text)));
        middle(lines, before.subList(head, before.size() - tail), after.subList(head, after.size() - tail));
        before.subList(before.size() - tail, before.size()).forEach(text -> lines.add(new Line("same", " " + text)));
        return lines;
    }

    private static void middle(List<Line> lines, List<String> before, List<String> after) {
        if ((long) before.size() * after.size() > MOST_COMPARISONS) {
            before.forEach(text -> lines.add(new Line("removed", "-" + text)));
            after.forEach(text -> lines.add(new Line("added", "+" + text)));
            return;
        }
        int[][] common = longestCommon(before, after);
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(new Line("same", " " + before.get(i++)));
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line("removed", "-" + before.get(i++)));
            } else {
                lines.add(new Line("added", "+" + after.get(j++)));
            }
        }
    }

    /** How many lines the rests of both from [i][j] on have in common, in order. */
    private static int[][] longestCommon(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
