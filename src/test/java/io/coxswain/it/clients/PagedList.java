package io.coxswain.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Seven objects listed three at a time, while an eighth comes that does not belong to the list any more. */
final class PagedList {
    private PagedList() {}

    /** What the client made of one page. */
    record Page(List<String> names, @Nullable String next) {}

    interface Pages {
        /** The page of at most three that starts at the token; the first without one. */
        Page from(@Nullable String token) throws Exception;
    }

    interface Creation {
        void of(String name) throws Exception;
    }

    static void walk(Creation create, Pages pages) throws Exception {
        for (int i = 0; i < 7; i++) {
            create.of("page-" + i);
        }
        List<String> names = new ArrayList<>();
        String next = null;
        int count = 0;
        do {
            Page page = pages.from(next);
            names.addAll(page.names());
            next = page.next();
            count++;
            if (count == 1) {
                create.of("page-9"); // the list is of the moment it began
            }
        } while (next != null && !next.isEmpty());
        assertThat(count).isEqualTo(3);
        assertThat(names).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "page-6");
    }
}
