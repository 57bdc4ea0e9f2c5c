package io.coxswain.meta.selector;

import io.coxswain.meta.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A set of terms on fields, all of which must hold. Which fields a kind lets clients select by is the kind's own affair.
 * Immutable.
 */
public record FieldSelector(List<Term> terms) {
    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /** One term: the field must have the value, or must not have it. */
    public record Term(String field, boolean equal, String value) {
        @Override
        public String toString() {
            return field + (equal ? "=" : "!=") + escape(value);
        }
    }

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    public static FieldSelector everything() {
        return EVERYTHING;
    }

    /**
     * Reads the text of a {@code fieldSelector} query parameter: {@code spec.nodeName=n1,status.phase!=Running}.
     *
     * @throws ApiException 400 with upstream's message
     */
    public static FieldSelector parse(String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (!part.isEmpty()) {
                terms.add(term(part, text));
            }
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(terms);
    }

    public static FieldSelector of(String field, String value) {
        return new FieldSelector(List.of(new Term(field, true, value)));
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** Whether an object matches, given what its fields hold ({@code ""} for fields it lacks). */
    public boolean matches(Function<String, String> fields) {
        for (Term term : terms) {
            if (term.equal != term.value.equals(fields.apply(term.field))) {
                return false;
            }
        }
        return true;
    }

    /** The value that a field must have, if there is a term that says so. Lets callers use an index. */
    public Optional<String> exactValue(String field) {
        return terms.stream()
                .filter(term -> term.equal && term.field.equals(field))
                .map(Term::value)
                .findFirst();
    }

    /** The form of the query parameter. */
    @Override
    public String toString() {
        return String.join(",", terms.stream().map(Term::toString).toList());
    }

    /** Puts a backslash before the characters that have a meaning in a selector. */
    public static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String part, String whole) {
        for (int i = 0; i < part.length(); i++) {
            String rest = part.substring(i, Math.min(part.length(), i + 2));
            if (rest.equals("!=") || rest.equals("==")) {
                return new Term(part.substring(0, i), rest.equals("=="), unescape(part.substring(i + 2)));
            }
            if (rest.startsWith("=")) {
                return new Term(part.substring(0, i), true, unescape(part.substring(i + 1)));
            }
        }
        throw ApiException.badRequest("invalid selector: '" + whole + "'; can't understand '" + part + "'");
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                if (i == value.length()) {
                    throw ApiException.badRequest("invalid field selector: invalid escape sequence: \\");
                }
                char escaped = value.charAt(i);
                if (escaped != '\\' && escaped != ',' && escaped != '=') {
                    throw ApiException.badRequest("invalid field selector: invalid escape sequence: \\" + escaped);
                }
                text.append(escaped);
            } else if (c == ',' || c == '=') {
                // Upstream prints the character as its number.
                throw ApiException.badRequest("invalid field selector: unescaped character in value: " + (int) c);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
