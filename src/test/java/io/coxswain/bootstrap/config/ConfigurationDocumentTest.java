package io.coxswain.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} is made from the records. Run with {@code -Dupdate.docs=true} to write it anew. */
class ConfigurationDocumentTest {
    private static final Path FILE = Path.of("docs/configuration.md");

    @Test
    void isWhatTheRecordsSay() throws IOException {
        String wanted = document();
        if (Boolean.getBoolean("update.docs")) {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            Files.writeString(FILE, wanted);
        }
        assertThat(FILE)
                .as("run: mvn test -Dtest=ConfigurationDocumentTest -Dupdate.docs=true")
                .exists();
        assertThat(Files.readString(FILE))
                .as("stale; run: mvn test -Dtest=ConfigurationDocumentTest -Dupdate.docs=true")
                .isEqualTo(wanted);
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Coxswain reads its settings once, at start, through MicroProfile Config. The strongest source first:

                1. environment variables: `coxswain.api.port` is `COXSWAIN_API_PORT` (every character that is no letter or digit becomes `_`);
                2. the server's `bootstrap.properties` (`./coxswain up` writes it) and Java system properties;
                3. the defaults below.

                `server.xml` uses the same keys as variables. Variables that it or the files in the server's `variables/` directory set are
                settings, too, and win over all others.

                A key under `coxswain.` that is not listed here, or a value that cannot be used, stops the start with the key's name. Durations are
                written `500ms`, `30s`, `5m`, `12h`, `7d` or in ISO 8601 (`PT1H30M`), sizes `3MiB` or `20GiB`, lists with commas.

                <!-- Made from the records in io.coxswain.bootstrap.config by ConfigurationDocumentTest; do not edit. -->
                """);
        for (Class<? extends Record> type : Settings.RECORDS) {
            SettingsGroup group = type.getAnnotation(SettingsGroup.class);
            text.append("\n## ")
                    .append(group.value())
                    .append("\n\n")
                    .append(group.about())
                    .append("\n\n");
            text.append("| Key | Default | Meaning |\n|---|---|---|\n");
            for (RecordReader.Key key : RecordReader.keys(type)) {
                text.append("| `").append(key.name()).append("` | ");
                text.append(key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`");
                text.append(" | ").append(key.about()).append(" |\n");
            }
        }
        return text.toString();
    }
}
