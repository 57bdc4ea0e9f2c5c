package io.coxswain.node.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One line of a container log in CRI's format: {@code <RFC 3339 time> stdout|stderr F|P <content>}.
 *
 * @param stamp the time as written
 * @param full whether the content ends a line; partial content goes on in the next entry of the stream
 * @param content without line end
 */
record CriLogLine(String stamp, String stream, boolean full, byte[] content) {

    /** Empty if the bytes (without line end) are not in the format. */
    static Optional<CriLogLine> parse(byte[] line) {
        int first = indexOf(line, 0);
        int second = first < 0 ? -1 : indexOf(line, first + 1);
        if (second < 0) {
            return Optional.empty();
        }
        int third = indexOf(line, second + 1);
        int end = third < 0 ? line.length : third;
        String stamp = text(line, 0, first);
        String stream = text(line, first + 1, second);
        String tag = text(line, second + 1, end);
        if (!stream.equals("stdout") && !stream.equals("stderr") || tag.isEmpty()) {
            return Optional.empty();
        }
        byte[] content = third < 0 ? new byte[0] : Arrays.copyOfRange(line, third + 1, line.length);
        return Optional.of(new CriLogLine(stamp, stream, !(tag.equals("P") || tag.startsWith("P:")), content));
    }

    /** The time, or the beginning of time if it cannot be read. */
    Instant time() {
        try {
            return java.time.OffsetDateTime.parse(stamp).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.MIN;
        }
    }

    private static int indexOf(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.UTF_8);
    }
}
