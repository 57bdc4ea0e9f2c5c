package io.coxswain.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server has said so far, over all of its lives: which objects it acknowledged or showed to a watch, and with which
 * revisions. Thread-safe.
 */
final class Ledger {
    private final Map<Long, Entry> said = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long floor;
    private long highest;
    private int round;
    private int acknowledged;

    /** An object as its creation was answered, as a watch showed it or as a list holds it. */
    record Entry(String name, String uid, long revision) {}

    /** What happened to the objects of one life. */
    record Verdict(int acknowledged, List<String> faults) {}

    /** A new life begins: every revision it gives out has to be above all that were given out before. */
    synchronized void nextLife() {
        round++;
        floor = highest;
        acknowledged = 0;
        faults.clear();
    }

    /** The answer to a create. */
    synchronized void acknowledged(Entry entry) {
        acknowledged++;
        said(entry);
    }

    /** Something that a watch or an answer showed. A watch shows what an answer says as well, and that is no repetition. */
    synchronized void said(Entry entry) {
        Entry before = said.put(entry.revision(), entry);
        if (before != null && !before.equals(entry)) {
            faults.add("revision " + entry.revision() + " twice: " + before + " and " + entry);
        } else if (before == null && entry.revision() <= floor) {
            faults.add("revision " + entry.revision() + " of " + entry.name() + " after " + floor + " was given out");
        }
        highest = Math.max(highest, entry.revision());
    }

    /**
     * Compares all lives with what is there after a restart.
     *
     * @param listed everything there is
     * @param revision the list's own
     */
    synchronized Verdict compare(List<Entry> listed, long revision) {
        Map<String, Entry> there = new HashMap<>();
        Map<Long, Entry> byRevision = new HashMap<>();
        for (Entry entry : listed) {
            there.put(entry.name(), entry);
            Entry other = byRevision.put(entry.revision(), entry);
            if (other != null) {
                faults.add("two objects have the revision " + entry.revision() + ": " + other + " and " + entry);
            }
        }
        for (Entry entry : said.values()) {
            Entry found = there.get(entry.name());
            if (found == null) {
                faults.add("lost: " + entry);
            } else if (!found.equals(entry)) {
                faults.add("changed: " + entry + " is " + found);
            }
        }
        if (revision < highest) {
            faults.add("the list is of revision " + revision + ", but " + highest + " was given out");
        }
        // What was committed and could not be answered any more counts as given out, too.
        listed.forEach(entry -> said.put(entry.revision(), entry));
        highest = Math.max(highest, revision);
        return new Verdict(acknowledged, List.copyOf(faults));
    }

    synchronized int round() {
        return round;
    }

    synchronized int acknowledgedNow() {
        return acknowledged;
    }

    synchronized int size() {
        return said.size();
    }
}
