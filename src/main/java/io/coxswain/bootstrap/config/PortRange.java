package io.coxswain.bootstrap.config;

/** Ports from {@code first} to {@code last}, both included; written {@code 30000-32767}. */
public record PortRange(int first, int last) {
    public PortRange {
        if (first < 1 || last > 65535 || first > last) {
            throw new IllegalArgumentException("a range of ports such as 30000-32767");
        }
    }

    /** @throws IllegalArgumentException if {@code text} is no range of ports */
    public static PortRange parse(String text) {
        String[] ends = text.split("-", -1);
        if (ends.length != 2 || !ends[0].matches("\\d{1,5}") || !ends[1].matches("\\d{1,5}")) {
            throw new IllegalArgumentException("a range of ports such as 30000-32767");
        }
        return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
