package io.coxswain.console.shell;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The menu, made of the page beans that CDI knows. No page is instantiated for it. */
@Named
@ApplicationScoped
public class Navigation {
    private final List<Section> sections;

    /** For CDI's proxy. */
    protected Navigation() {
        this.sections = List.of();
    }

    @Inject
    public Navigation(@Any Instance<Object> beans) {
        this(pagesOf(beans));
    }

    Navigation(List<ConsolePage> pages) {
        List<Section> found = new ArrayList<>();
        for (ConsolePage.Group group : ConsolePage.Group.values()) {
            List<Entry> entries = pages.stream()
                    .filter(page -> page.group() == group)
                    .sorted(Comparator.comparingInt(ConsolePage::order).thenComparing(ConsolePage::path))
                    .map(page -> new Entry(page.path(), page.icon(), List.of(page.details())))
                    .toList();
            if (!entries.isEmpty()) {
                found.add(new Section("group." + group.name().toLowerCase(Locale.ROOT), entries));
            }
        }
        this.sections = List.copyOf(found);
    }

    private static List<ConsolePage> pagesOf(Instance<Object> beans) {
        List<ConsolePage> pages = new ArrayList<>();
        beans.select(ConsolePage.Any.LITERAL).handles().forEach(handle -> {
            ConsolePage page = handle.getBean().getBeanClass().getAnnotation(ConsolePage.class);
            if (page != null) {
                pages.add(page);
            }
        });
        return pages;
    }

    public List<Section> getSections() {
        return sections;
    }

    /** A heading ({@code title} is a text's key) with its pages. */
    public record Section(String title, List<Entry> entries) {
        public Section {
            entries = List.copyOf(entries);
        }
    }

    /** A page in the menu. */
    public record Entry(String path, String icon, List<String> details) {
        public Entry {
            details = List.copyOf(details);
        }

        /** The key of the title. */
        public String title() {
            return "page." + path;
        }

        /** Whether a view is this page or one of its details; {@code viewId} such as {@code /pods.xhtml}. */
        public boolean shows(String viewId) {
            String shown = viewId.replaceAll("^/|\\.xhtml$", "");
            return shown.equals(path) || details.contains(shown);
        }
    }
}
