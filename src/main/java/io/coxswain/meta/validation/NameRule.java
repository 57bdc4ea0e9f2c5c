package io.coxswain.meta.validation;

import java.util.List;

/** The rule for the names of a kind's objects: says what is wrong with a name, nothing if all is well. */
@FunctionalInterface
public interface NameRule {
    /** Most kinds. */
    NameRule SUBDOMAIN = Names::dns1123Subdomain;
    /** Namespaces and whatever becomes part of a host name. */
    NameRule LABEL = Names::dns1123Label;
    /** Services. */
    NameRule RFC_1035_LABEL = Names::dns1035Label;
    /** RBAC's kinds. */
    NameRule PATH_SEGMENT = Names::pathSegment;

    List<String> check(String name);

    /** Checks a {@code generateName}, to which letters and digits will be added: a dash at its end is no fault. */
    default List<String> checkPrefix(String prefix) {
        return check(Names.maskTrailingDash(prefix));
    }
}
