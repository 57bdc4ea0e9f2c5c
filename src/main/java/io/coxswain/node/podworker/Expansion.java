package io.coxswain.node.podworker;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Kubernetes' {@code $(NAME)} references: unknown names stay as written, {@code $$} stands for one dollar sign. */
final class Expansion {

    private Expansion() {}

    static String expand(String text, Map<String, String> variables) {
        return expand(text, name -> Optional.ofNullable(variables.get(name)).orElse("$(" + name + ")"));
    }

    static String expand(String text, Function<String, String> mapping) {
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
                i++;
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i) : -1;
            if (next == '$') {
                out.append('$');
                i += 2;
            } else if (end > 0) {
                out.append(mapping.apply(text.substring(i + 2, end)));
                i = end + 1;
            } else {
                out.append(c).append(next);
                i += 2;
            }
        }
        return out.toString();
    }
}
