package io.coxswain.meta.selector;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.selector.LabelRequirement.Operator;
import io.coxswain.meta.validation.Names;
import java.util.ArrayList;
import java.util.List;

/** Reads the text form of a label selector. Used once. */
final class LabelSelectorParser {
    private static final String SPECIAL = "=!(),><";
    private static final int MAX_LENGTH = 1 << 20;

    private enum Kind {
        IDENTIFIER,
        COMMA,
        OPEN,
        CLOSE,
        NOT,
        EQUALS,
        DOUBLE_EQUALS,
        NOT_EQUALS,
        GREATER,
        LESS,
        IN,
        NOT_IN,
        ERROR,
        END
    }

    private record Token(Kind kind, String text) {
        /** What the token is where a key or value may stand: {@code in} and {@code notin} are names like others. */
        Kind asValue() {
            return kind == Kind.IN || kind == Kind.NOT_IN ? Kind.IDENTIFIER : kind;
        }
    }

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    LabelSelectorParser(String text) {
        if (text.length() > MAX_LENGTH) {
            throw ApiException.badRequest("the selector is longer than " + MAX_LENGTH + " characters");
        }
        scan(text);
    }

    List<LabelRequirement> parse() {
        List<LabelRequirement> requirements = new ArrayList<>();
        while (true) {
            Token token = peek();
            switch (token.asValue()) {
                case END -> {
                    return requirements;
                }
                case IDENTIFIER, NOT -> {
                    try {
                        requirements.add(requirement());
                    } catch (ApiException e) {
                        throw bad("unable to parse requirement: " + e.getMessage());
                    }
                    Token after = take();
                    if (after.kind == Kind.END) {
                        return requirements;
                    }
                    if (after.kind != Kind.COMMA) {
                        throw bad("found '" + after.text + "', expected: ',' or 'end of string'");
                    }
                    Kind following = peek().asValue();
                    if (following != Kind.IDENTIFIER && following != Kind.NOT) {
                        throw bad("found '" + peek().text + "', expected: identifier after ','");
                    }
                }
                default -> throw bad("found '" + token.text + "', expected: !, identifier, or 'end of string'");
            }
        }
    }

    private LabelRequirement requirement() {
        Token token = take();
        boolean negated = token.kind == Kind.NOT;
        if (negated) {
            token = take();
        }
        if (token.asValue() != Kind.IDENTIFIER) {
            throw bad("found '" + token.text + "', expected: identifier");
        }
        String key = token.text;
        List<String> errors = Names.qualifiedName(key);
        if (!errors.isEmpty()) {
            // Upstream checks the key before it knows where it stands, and prints the path that it has not.
            throw bad(FieldError.invalid(FieldPath.of("<nil>"), key, String.join("; ", errors))
                    .toString());
        }
        if (negated) {
            return LabelRequirement.of(key, Operator.DOES_NOT_EXIST, List.of());
        }
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
            return LabelRequirement.of(key, Operator.EXISTS, List.of());
        }
        Token operator = take();
        return switch (operator.kind) {
            case EQUALS -> LabelRequirement.of(key, Operator.EQUALS, exactValue());
            case DOUBLE_EQUALS -> LabelRequirement.of(key, Operator.DOUBLE_EQUALS, exactValue());
            case NOT_EQUALS -> LabelRequirement.of(key, Operator.NOT_EQUALS, exactValue());
            case GREATER -> LabelRequirement.of(key, Operator.GREATER_THAN, exactValue());
            case LESS -> LabelRequirement.of(key, Operator.LESS_THAN, exactValue());
            case IN -> LabelRequirement.of(key, Operator.IN, values());
            case NOT_IN -> LabelRequirement.of(key, Operator.NOT_IN, values());
            default -> throw bad("found '" + operator.text + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private List<String> exactValue() {
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
            return List.of("");
        }
        Token token = take();
        if (token.asValue() != Kind.IDENTIFIER) {
            throw bad("found '" + token.text + "', expected: identifier");
        }
        return List.of(token.text);
    }

    private List<String> values() {
        Token open = take();
        if (open.kind != Kind.OPEN) {
            throw bad("found '" + open.text + "' expected: '('");
        }
        switch (peek().asValue()) {
            case CLOSE -> {
                take();
                return List.of("");
            }
            case IDENTIFIER, COMMA -> {
                List<String> values = identifiers();
                Token close = take();
                if (close.kind != Kind.CLOSE) {
                    throw bad("found '" + close.text + "', expected: ')'");
                }
                return values;
            }
            default -> throw bad("found '" + peek().text + "', expected: ',', ')' or identifier");
        }
    }

    /** Values with commas between them; a comma with nothing before or after it stands for the empty value. */
    private List<String> identifiers() {
        List<String> values = new ArrayList<>();
        while (true) {
            Token token = take();
            switch (token.asValue()) {
                case IDENTIFIER -> {
                    values.add(token.text);
                    switch (peek().kind) {
                        case COMMA -> {}
                        case CLOSE -> {
                            return values;
                        }
                        default -> throw bad("found '" + peek().text + "', expected: ',' or ')'");
                    }
                }
                case COMMA -> {
                    if (values.isEmpty()) {
                        values.add("");
                    }
                    if (peek().kind == Kind.CLOSE) {
                        values.add("");
                        return values;
                    }
                    if (peek().kind == Kind.COMMA) {
                        take();
                        values.add("");
                    }
                }
                default -> throw bad("found '" + token.text + "', expected: ',', or identifier");
            }
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        if (token.kind != Kind.END) {
            next++;
        }
        return token;
    }

    private void scan(String text) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isSpace(c)) {
                at++;
            } else if (SPECIAL.indexOf(c) >= 0) {
                at = scanSign(text, at);
            } else {
                int end = at;
                while (end < text.length() && !isSpace(text.charAt(end)) && SPECIAL.indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                String word = text.substring(at, end);
                tokens.add(new Token(
                        word.equals("in") ? Kind.IN : word.equals("notin") ? Kind.NOT_IN : Kind.IDENTIFIER, word));
                at = end;
            }
        }
        tokens.add(new Token(Kind.END, ""));
    }

    private int scanSign(String text, int at) {
        String two = at + 1 < text.length() ? text.substring(at, at + 2) : "";
        if (two.equals("==")) {
            tokens.add(new Token(Kind.DOUBLE_EQUALS, two));
            return at + 2;
        }
        if (two.equals("!=")) {
            tokens.add(new Token(Kind.NOT_EQUALS, two));
            return at + 2;
        }
        Kind kind = switch (text.charAt(at)) {
            case '=' -> Kind.EQUALS;
            case '!' -> Kind.NOT;
            case '(' -> Kind.OPEN;
            case ')' -> Kind.CLOSE;
            case ',' -> Kind.COMMA;
            case '>' -> Kind.GREATER;
            case '<' -> Kind.LESS;
            default -> Kind.ERROR;
        };
        tokens.add(new Token(kind, text.substring(at, at + 1)));
        return at + 1;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static ApiException bad(String message) {
        return ApiException.badRequest(message);
    }
}
