package io.coxswain.bench;

import java.util.Locale;

/** What the figures should be, on two cores and with durable writes. */
enum Goal {
    CREATE_H2("create (1 KiB ConfigMap, 50 clients) as a part of raw etcd puts, H2", true, 0.30, ""),
    CREATE_POSTGRESQL("the same, PostgreSQL", true, 0.25, ""),
    ERRORS("errors at 1,000 clients that create", false, 0, ""),
    GET("GET of one object as a part of the constant resource's rate", true, 0.6, ""),
    LIST("LIST of 5,000 pods as a part of a constant body's rate of that size", true, 0.5, ""),
    CHURN_DELIVERY("A3, 25 watchers, 40,000 mutations: events lost or out of order", false, 0, ""),
    CHURN_LAG("A3: lag, p99", false, 500, "ms"),
    FAN_OUT_DELIVERY("A11, 1,000 watchers, 100 changes a second: events lost or out of order", false, 0, ""),
    FAN_OUT_LAG("A11: lag of the last watcher, p99", false, 500, "ms"),
    IDLE_STREAM("memory of an idle watch, 5,000 open, HTTP/2", false, 20, "KiB"),
    IDLE_WATCH("memory of an idle watch, 5,000 open, HTTP/1.1 with its TLS connection", false, 20, "KiB"),
    IDLE_OPEN("idle watches of 5,000 that stay open and hear of a change", true, 5000, ""),
    FLAT(
            "time of an operation at 100,000 objects over that at 1,000, the worst of create, get, patch, page",
            false,
            1.3,
            ""),
    MEMORY("100,000 ConfigMaps of 1 KiB: resident above idle", false, 700, "MB"),
    RESTART("from the server's start to ready with them", false, 20, "s"),
    SCHEDULE("A13: pods bound a second, 1,000 pods on 500 simulated nodes", true, 300, ""),
    SCHEDULE_MANY("the rate of 10,000 pods on 1,000 nodes, as a part of that", true, 0.8, ""),
    ROLLOUT("A14: a Deployment of 1,000 on 100 nodes is Available", false, 15, "s"),
    POD_START("A14: created to Running at 20 pods a second, p99", false, 5000, "ms"),
    IDLE_NODES_CPU("A15: 350 idle nodes with 3,500 pods, of one core", false, 15, "%"),
    IDLE_NODES_MEMORY("A15: resident then", false, 1024, "MB"),
    IDLE_NODES_DATABASE("A15, an hour of it: the database in the last third as a part of the second", false, 1.1, ""),
    REACTION("from an event until what its loop wrote is seen, idle, p99", false, 20, "ms"),
    REACTION_MANY("the same among 100,000 objects", false, 20, "ms");

    private final String text;
    private final boolean atLeast;
    private final double bound;
    private final String unit;

    Goal(String text, boolean atLeast, double bound, String unit) {
        this.text = text;
        this.atLeast = atLeast;
        this.bound = bound;
        this.unit = unit;
    }

    boolean metBy(double figure) {
        return atLeast ? figure >= bound : figure <= bound;
    }

    /** A row of Markdown. */
    String row(double figure) {
        return "| " + text + " | " + (atLeast ? "at least " : bound == 0 ? "" : "at most ") + number(bound) + " | "
                + number(figure) + " | " + verdict(figure) + " |";
    }

    String row() {
        return "| " + text + " | " + (atLeast ? "at least " : bound == 0 ? "" : "at most ") + number(bound)
                + " | not measured in this run | |";
    }

    private String verdict(double figure) {
        if (metBy(figure)) {
            return "met";
        }
        if (bound == 0) {
            return "**missed**";
        }
        return String.format(Locale.ROOT, "**missed** by %.0f %%", Math.abs(figure - bound) / bound * 100);
    }

    private String number(double value) {
        String digits = value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
        return unit.isEmpty() ? digits : digits + " " + unit;
    }
}
