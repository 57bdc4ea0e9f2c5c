package io.coxswain.admission.podsecurity;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is wrong with a pod, as one check sees it.
 *
 * @param reason the check's few words for it
 * @param detail who does what
 */
record Violation(String reason, String detail) {

    static String reasons(List<Violation> violations) {
        return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
    }

    static String details(List<Violation> violations) {
        return violations.stream()
                .map(each -> each.reason() + " (" + each.detail() + ")")
                .collect(Collectors.joining(", "));
    }

    static String quoted(Collection<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }

    static String plural(String one, String many, int count) {
        return count == 1 ? one : many;
    }

    /** {@code container "a"}, {@code containers "a", "b"}. */
    static String containers(List<String> names) {
        return plural("container ", "containers ", names.size()) + quoted(names);
    }
}
