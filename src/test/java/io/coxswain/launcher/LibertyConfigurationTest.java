package io.coxswain.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

/** What can be said about the server's configuration without a server: one that Liberty cannot read only shows as a hanging start. */
class LibertyConfigurationTest {
    private static final Path DIRECTORY = Path.of("src/main/liberty/config");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".xml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsWellFormed(Path file) {
        assertThatCode(() -> parse(file)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("dataSources")
    void bothDataSourcesAnswerToTheSameName(Path file) throws Exception {
        Element source =
                (Element) parse(file).getElementsByTagName("dataSource").item(0);
        assertThat(source.getAttribute("id")).isEqualTo("coxswainDatabase");
        assertThat(source.getAttribute("jndiName")).isEqualTo("jdbc/coxswain");
    }

    static List<Path> dataSources() {
        return List.of(DIRECTORY.resolve("database.xml"), DIRECTORY.resolve("database-postgresql.xml"));
    }

    @Test
    void postgresqlCommitsDurably() throws Exception {
        Element properties = (Element) parse(DIRECTORY.resolve("database-postgresql.xml"))
                .getElementsByTagName("properties.postgresql")
                .item(0);
        assertThat(properties.getAttribute("options")).contains("-c synchronous_commit=on");
    }

    private static Element parse(Path file) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(file.toFile()).getDocumentElement();
    }
}
