package io.coxswain.node.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks into container log files. */
public final class LogFiles {

    private static final int BLOCK = 64 * 1024;

    private LogFiles() {}

    /** The text of the last lines, at most so many lines and bytes; empty if there is no such file. */
    public static String tail(Path file, int lines, int bytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(tailStart(in, lines));
            byte[] rest = new byte[(int) Math.min(in.length() - in.getFilePointer(), 1 << 20)];
            in.readFully(rest);
            int from = 0;
            for (int i = 0; i < rest.length; i++) {
                if (rest[i] == '\n') {
                    append(out, java.util.Arrays.copyOfRange(rest, from, i));
                    from = i + 1;
                }
            }
        }
        byte[] all = out.toByteArray();
        int skip = Math.max(0, all.length - bytes);
        return new String(all, skip, all.length - skip, StandardCharsets.UTF_8);
    }

    private static void append(ByteArrayOutputStream out, byte[] raw) {
        Optional<CriLogLine> line = CriLogLine.parse(raw);
        if (line.isPresent()) {
            out.writeBytes(line.get().content());
            if (line.get().full()) {
                out.write('\n');
            }
        }
    }

    /** Where the last {@code lines} lines of the log begin; partial entries belong to the line they are part of. */
    static long tailStart(RandomAccessFile file, long lines) throws IOException {
        long length = file.length();
        if (lines <= 0) {
            return length;
        }
        long found = 0;
        long end = length;
        long start = length;
        byte[] block = new byte[BLOCK];
        // lineEnd: position behind the entry being looked at; its beginning is the byte after the line end before it.
        long entryEnd = length;
        while (end > 0) {
            int size = (int) Math.min(BLOCK, end);
            long base = end - size;
            file.seek(base);
            file.readFully(block, 0, size);
            for (int i = size - 1; i >= 0; i--) {
                long position = base + i;
                if (block[i] == '\n' && position != length - 1) {
                    if (full(file, position + 1, entryEnd) || entryEnd == length) {
                        found++;
                    }
                    if (found > lines) {
                        return start;
                    }
                    start = position + 1;
                    entryEnd = position + 1;
                }
            }
            end = base;
        }
        if (full(file, 0, entryEnd)) {
            found++;
        }
        return found > lines ? start : 0;
    }

    private static boolean full(RandomAccessFile file, long from, long to) throws IOException {
        byte[] head = new byte[(int) Math.min(80, Math.max(0, to - from))];
        long before = file.getFilePointer();
        file.seek(from);
        file.readFully(head);
        file.seek(before);
        return CriLogLine.parse(head).map(CriLogLine::full).orElse(true);
    }
}
