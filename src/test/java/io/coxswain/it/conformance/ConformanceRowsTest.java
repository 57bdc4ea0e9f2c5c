package io.coxswain.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the tests of this package against the list of behaviours. */
class ConformanceRowsTest {
    /** A row of the list. */
    private record Row(String sig, String needed, String group, String test, String needs) {
        static Row parse(String line) {
            String[] columns = line.split("\\|", -1);
            assertThat(columns).as(line).hasSize(5);
            return new Row(columns[0], columns[1], columns[2], columns[3], columns[4]);
        }

        String displayName() {
            return sig + " | " + group + " | " + test;
        }
    }

    @Test
    void everyRowOfTheApiServerAloneHasOneTest() throws IOException {
        List<String> wanted = rows().stream()
                .filter(row -> row.needed().equals("A") && row.needs().isEmpty())
                .map(Row::displayName)
                .toList();
        assertThat(wanted).hasSizeGreaterThan(70);
        assertThat(tested()).doesNotHaveDuplicates().containsAll(wanted);
    }

    @Test
    void everyTestIsOfARow() throws IOException {
        assertThat(tested()).isSubsetOf(rows().stream().map(Row::displayName).toList());
    }

    @Test
    void theListIsWhole() throws IOException {
        assertThat(rows()).hasSize(424).doesNotHaveDuplicates();
        assertThat(rows()).filteredOn(row -> row.needed().equals("A")).hasSize(101);
        assertThat(rows()).allSatisfy(row -> assertThat(row.needs()).isIn("", "extension"));
    }

    @Test
    void everyRowOfControllersAndOfSimulatedPodsHasOneTest() throws IOException {
        List<String> wanted = rows().stream()
                .filter(row -> List.of("C", "F", "S").contains(row.needed())
                        && row.needs().isEmpty())
                .map(Row::displayName)
                .toList();
        assertThat(wanted).hasSizeGreaterThanOrEqualTo(120);
        assertThat(tested()).doesNotHaveDuplicates().containsAll(wanted);
    }

    private static List<Row> rows() throws IOException {
        try (InputStream in = ConformanceRowsTest.class.getResourceAsStream("/conformance-1.34.psv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();
        }
    }

    /** The display names of all tests that Failsafe runs as tests of conformance: of the server alone, and of a whole cluster. */
    private static List<String> tested() throws IOException {
        return Stream.concat(
                        tests("ConformanceIT.class", ConformanceRowsTest.class.getPackageName()),
                        tests("ConformanceE2E.class", "io.coxswain.e2e"))
                .toList();
    }

    private static Stream<String> tests(String suffix, String ofPackage) throws IOException {
        Path directory;
        try {
            directory = Path.of(ConformanceRowsTest.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(ofPackage.replace('.', '/'));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        try (Stream<Path> classes = Files.list(directory)) {
            return classes
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(suffix))
                    .map(file -> ofPackage + "." + file.substring(0, file.length() - ".class".length()))
                    .toList()
                    .stream()
                    .flatMap(ConformanceRowsTest::displayNames);
        }
    }

    private static Stream<String> displayNames(String name) {
        try {
            return Arrays.stream(Class.forName(name, false, ConformanceRowsTest.class.getClassLoader())
                            .getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .map(ConformanceRowsTest::displayName);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static String displayName(Method method) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        return name == null ? method.toString() : name.value();
    }
}
