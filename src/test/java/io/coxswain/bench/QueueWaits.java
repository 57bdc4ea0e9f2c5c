package io.coxswain.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many keys the controllers' queues have handed out, and how many of them had waited for at most ten milliseconds, by
 * {@code workqueue_queue_duration_seconds}.
 */
record QueueWaits(long all, long soon) {
    private static final String METRIC = "workqueue_queue_duration_seconds";
    private static final Pattern COUNT = Pattern.compile("(?m)^" + METRIC + "_count\\{[^}]*} (\\S+)");
    private static final Pattern SHORT =
            Pattern.compile("(?m)^" + METRIC + "_bucket\\{[^}]*le=\"0\\.01\"[^}]*} (\\S+)");

    static QueueWaits of(Session session) throws IOException {
        return read(session.call("GET", "/metrics", "", new byte[0]));
    }

    /** @param metrics in Prometheus' text form */
    static QueueWaits read(String metrics) {
        return new QueueWaits(sum(COUNT, metrics), sum(SHORT, metrics));
    }

    String since(QueueWaits before) {
        long keys = all - before.all;
        long quick = soon - before.soon;
        return String.format(
                Locale.ROOT,
                "%d of %d keys (%.2f %%) were in a queue for at most 10 ms",
                quick,
                keys,
                keys == 0 ? 100.0 : quick * 100.0 / keys);
    }

    private static long sum(Pattern pattern, String metrics) {
        Matcher found = pattern.matcher(metrics);
        double sum = 0;
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return (long) sum;
    }
}
