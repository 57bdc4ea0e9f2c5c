package io.coxswain.console.shell;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a page bean that has an entry in the navigation. {@link Navigation} finds them by this qualifier; there is no other
 * list of pages. The title is the text {@code page.<path>}.
 */
@Qualifier @Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ConsolePage {
    /** Name of the xhtml without its ending. */
    @Nonbinding
    String path();

    /** A PrimeIcons class such as {@code pi-box}. */
    @Nonbinding
    String icon();

    /** The heading it stands under; {@code group.<name>} is its text. */
    @Nonbinding
    Group group();

    /** Smaller is higher, within the group. */
    @Nonbinding
    int order();

    /** The paths of pages that are details of this one, so that the navigation shows where they belong. */
    @Nonbinding
    String[] details() default {};

    /** The headings of the navigation, from top to bottom. */
    enum Group {
        CLUSTER,
        RUNNING,
        CHANGE
    }

    /** Any page. */
    final class Any extends AnnotationLiteral<ConsolePage> implements ConsolePage {
        private static final long serialVersionUID = 1L;
        public static final Any LITERAL = new Any();

        @Override
        public String path() {
            return "";
        }

        @Override
        public String icon() {
            return "";
        }

        @Override
        public Group group() {
            return Group.CLUSTER;
        }

        @Override
        public int order() {
            return 0;
        }

        @Override
        public String[] details() {
            return new String[0];
        }
    }
}
