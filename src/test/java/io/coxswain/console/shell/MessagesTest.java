package io.coxswain.console.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\d)}");

    @Test
    void bothLanguagesHaveTheSameTexts() throws IOException {
        assertThat(load("messages_ja.properties").stringPropertyNames())
                .isEqualTo(load("messages.properties").stringPropertyNames());
    }

    @Test
    void noTextIsEmptyAndBothLanguagesTakeTheSameParameters() throws IOException {
        Properties english = load("messages.properties");
        Properties japanese = load("messages_ja.properties");
        for (String key : english.stringPropertyNames()) {
            assertThat(english.getProperty(key)).as(key).isNotBlank();
            assertThat(japanese.getProperty(key)).as(key).isNotBlank();
            assertThat(parameters(japanese.getProperty(key))).as(key).isEqualTo(parameters(english.getProperty(key)));
        }
    }

    @Test
    void everyTextThatAPageNamesExists() throws IOException {
        Set<String> known = load("messages.properties").stringPropertyNames();
        List<String> missing = new ArrayList<>();
        Pattern use = Pattern.compile("(?:text\\['|frame\\.text\\('|\\? '|: ')([a-z]+(?:\\.[a-z0-9]+)+)'");
        try (Stream<Path> pages = Files.walk(Path.of("src/main/webapp"))) {
            for (Path page :
                    pages.filter(each -> each.toString().endsWith(".xhtml")).toList()) {
                Matcher matcher = use.matcher(Files.readString(page));
                while (matcher.find()) {
                    if (!known.contains(matcher.group(1))) {
                        missing.add(page.getFileName() + " " + matcher.group(1));
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTextThatTheCodeNamesExists() throws IOException {
        Set<String> known = load("messages.properties").stringPropertyNames();
        List<String> missing = new ArrayList<>();
        Pattern use = Pattern.compile("(?:texts\\.of|\\.text|refuse|done)\\(\\s*\"([a-z]+(?:\\.[a-z0-9]+)+)\"");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/coxswain/console"))) {
            for (Path source :
                    sources.filter(each -> each.toString().endsWith(".java")).toList()) {
                Matcher matcher = use.matcher(Files.readString(source));
                while (matcher.find()) {
                    // Fields of API objects are read with methods of the same name; their paths have no dots.
                    if (!known.contains(matcher.group(1))) {
                        missing.add(source.getFileName() + " " + matcher.group(1));
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void aTextTakesItsParameters() {
        assertThat(new Texts(Locale.ENGLISH).of("workload.scaled", "web", 5)).isEqualTo("web is being scaled to 5.");
        assertThat(new Texts(Locale.JAPANESE).of("workload.scaled", "web", 5)).isEqualTo("web を 5 にスケールしています。");
    }

    @Test
    void anEnglishBrowserGetsEnglishFromAJapaneseServer() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.JAPAN);
            assertThat(new Texts(Locale.ENGLISH).of("page.pods")).isEqualTo("Pods");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aMissingTextCanBeSeen() {
        assertThat(new Texts(Locale.ENGLISH).of("no.such.text")).isEqualTo("???no.such.text???");
    }

    @Test
    void theFirstLanguageOfTheBrowserThatWeSpeakIsTaken() {
        assertThat(Language.best(List.of(Locale.FRENCH, Locale.JAPAN, Locale.US)))
                .isEqualTo(Locale.JAPANESE);
        assertThat(Language.best(List.of(Locale.FRENCH))).isEqualTo(Locale.ENGLISH);
        assertThat(Language.best(List.of(Locale.UK, Locale.JAPAN))).isEqualTo(Locale.ENGLISH);
    }

    private static Set<String> parameters(String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = PARAMETER.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Properties load(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Texts.class.getResourceAsStream("/io/coxswain/console/" + file)) {
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return properties;
    }
}
