package io.coxswain.codec;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.scanner.ScannerException;

/** Words the library's errors as go-yaml words them. Both descend from libyaml, so most texts are cousins. */
final class YamlErrors {
    private YamlErrors() {}

    static CodecException translate(YAMLException error, String text) {
        if (error instanceof ReaderException) {
            return new CodecException("yaml: control characters are not allowed", error);
        }
        if (!(error instanceof MarkedYAMLException marked) || marked.getProblem() == null) {
            String message = String.valueOf(error.getMessage());
            return new CodecException(
                    message.startsWith("Nesting Depth")
                            ? "yaml: exceeded max depth of " + JsonCodec.MAX_DEPTH
                            : "yaml: " + message,
                    error);
        }
        String problem = marked.getProblem();
        if (problem.startsWith("found undefined alias ")) {
            return new CodecException(
                    "yaml: unknown anchor '" + problem.substring("found undefined alias ".length()) + "' referenced",
                    error);
        }
        boolean scanner = error instanceof ScannerException;
        String words = words(problem, String.valueOf(marked.getContext()));
        int line = line(marked.getProblemMark(), scanner, words, text);
        if (line == 0) {
            line = line(marked.getContextMark(), scanner, words, text);
        }
        return new CodecException("yaml: " + (line == 0 ? "" : "line " + line + ": ") + words, error);
    }

    private static String words(String problem, String context) {
        if (problem.startsWith("mapping values are not allowed")) {
            return "mapping values are not allowed in this context";
        }
        if (problem.contains("that cannot start any token")) {
            return "found character that cannot start any token";
        }
        if (problem.startsWith("found unknown escape character")) {
            return "found unknown escape character";
        }
        if (problem.startsWith("expected ',' or ']'")) {
            return "did not find expected ',' or ']'";
        }
        if (problem.startsWith("expected ',' or '}'")) {
            return "did not find expected ',' or '}'";
        }
        if (problem.startsWith("expected <block end>")) {
            return context.contains("block mapping")
                    ? "did not find expected key"
                    : "did not find expected '-' indicator";
        }
        if (problem.startsWith("expected '<document start>'")) {
            return "did not find expected <document start>";
        }
        if (problem.startsWith("found incompatible YAML document")) {
            return "found incompatible YAML document";
        }
        return problem;
    }

    /**
     * The line as go-yaml counts it: from 0 for the parser's errors and from 1 for the scanner's, none for the first
     * line; the end of the text counts as a line of its own.
     */
    private static int line(@Nullable Mark mark, boolean scanner, String words, String text) {
        if (mark == null) {
            return 0;
        }
        boolean atEnd = mark.getIndex() >= text.codePointCount(0, text.length());
        boolean pastTheEnd = atEnd && mark.getColumn() != 0 && !words.equals("found unexpected end of stream");
        int line = mark.getLine() + (pastTheEnd ? 1 : 0);
        return line == 0 ? 0 : scanner ? line + 1 : line;
    }
}
