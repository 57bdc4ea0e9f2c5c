import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Collects the descriptions of the built-in types and their fields, which {@code kubectl explain} shows, from the
 * comments in the sources jar of client-java-proto. Runs in the build, straight from this file:
 *
 * <pre>java FieldDescriptions.java SOURCES_JAR SCHEMA_TABLE OUTPUT</pre>
 *
 * <p>The output is gzipped text: {@code T type TAB description}, then {@code F field TAB description} for its fields; a
 * line break inside a description is a backslash and an n. Types and fields without a comment are left out.
 */
public final class FieldDescriptions {
    /** What the sources say of one protobuf message. */
    private static final class Message {
        private String description = "";
        private final Map<String, String> fields = new HashMap<>();
        /** The message types of its fields by their names, to find what Go embeds. */
        private final Map<String, String> fieldTypes = new HashMap<>();
    }

    private static final String INSERTION_POINT = "// @@protoc_insertion_point(interface_extends:";
    private static final String PROTOBUF_TYPE = "Protobuf type {@code ";
    private static final String TYPE_META = "k8s.io.apimachinery.pkg.apis.meta.v1.TypeMeta";
    private static final int MAX_EMBEDDING = 3;

    private final Map<String, Message> messages = new HashMap<>();

    public static void main(String[] args) throws IOException {
        FieldDescriptions descriptions = new FieldDescriptions();
        descriptions.readSources(Path.of(args[0]));
        int written = descriptions.write(Path.of(args[1]), Path.of(args[2]));
        if (written < 1000) {
            throw new IllegalStateException("only " + written + " descriptions in " + args[0]
                    + ": its comments no longer have the form that this program reads");
        }
        System.out.println(written + " descriptions of types and fields for kubectl explain");
    }

    private void readSources(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                boolean stable = name.matches("(V[0-9]+[A-Z]?[a-z]*|Meta|Resource|Runtime|IntStr)\\.java")
                        && !name.matches("V[0-9]+(alpha|beta).*");
                if (stable) {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8))) {
                        readSource(lines);
                    }
                }
            }
        }
    }

    /** Goes through one generated file; of each message, the interface with its accessors holds all comments once. */
    private void readSource(BufferedReader lines) throws IOException {
        Message current = null;
        List<String> comment = new ArrayList<>();
        boolean inPre = false;
        for (String raw = lines.readLine(); raw != null; raw = lines.readLine()) {
            String line = raw.strip();
            if (line.startsWith(INSERTION_POINT)) {
                String type = line.substring(INSERTION_POINT.length(), line.length() - 1);
                current = messages.computeIfAbsent(type, name -> new Message());
            } else if (line.equals("/**")) {
                comment.clear();
            } else if (line.equals("* <pre>")) {
                inPre = true;
            } else if (line.equals("* </pre>")) {
                inPre = false;
            } else if (inPre) {
                comment.add(line.equals("*") ? "" : line.substring(2));
            } else if (line.startsWith("* <code>") && line.endsWith(";</code>") && current != null) {
                readField(current, line, comment);
            } else if (line.startsWith("* " + PROTOBUF_TYPE)) {
                String type = line.substring(2 + PROTOBUF_TYPE.length(), line.length() - 1);
                messages.computeIfAbsent(type, name -> new Message()).description = text(comment);
                current = null;
            }
        }
    }

    /** {@code <code>optional .k8s.io.api.core.v1.PodSpec spec = 2;</code>} */
    private static void readField(Message message, String line, List<String> comment) {
        String declaration = line.substring("* <code>".length(), line.lastIndexOf(" = "));
        String[] words = declaration.split(" ");
        String name = words[words.length - 1];
        if (message.fields.putIfAbsent(name, text(comment)) == null && words.length > 1) {
            String type = words[words.length - 2];
            if (type.startsWith(".")) {
                message.fieldTypes.put(name, type.substring(1));
            }
        }
    }

    /** The comment as running text: markers for generators and notes to maintainers are no description. */
    private static String text(List<String> comment) {
        StringBuilder text = new StringBuilder();
        boolean paragraph = false;
        for (String raw : comment) {
            String line = raw.stripTrailing();
            if (line.strip().equals("---")) {
                break;
            }
            if (line.startsWith("+") || line.startsWith("TODO")) {
                continue;
            }
            if (line.isBlank()) {
                paragraph = !text.isEmpty();
                continue;
            }
            boolean ownLine = Character.isWhitespace(line.charAt(0)) || line.startsWith("- ") || line.startsWith("* ");
            if (!text.isEmpty()) {
                text.append(paragraph ? "\\n\\n" : ownLine ? "\\n" : " ");
            }
            text.append(unescape(line));
            paragraph = false;
        }
        return text.toString();
    }

    private static String unescape(String line) {
        return line.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#42;", "*")
                .replace("&#47;", "/")
                .replace("&#64;", "@")
                .replace("&#92;", "\\\\")
                .replace("&amp;", "&")
                .replace("\t", " ");
    }

    private int write(Path table, Path output) throws IOException {
        Files.createDirectories(output.getParent());
        int count = 0;
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(output)), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, List<String>> type : typesOf(table).entrySet()) {
                Message message = messages.getOrDefault(protobufName(type.getKey()), new Message());
                out.write("T " + type.getKey() + "\t" + message.description + "\n");
                count += message.description.isEmpty() ? 0 : 1;
                Set<String> own = type.getValue().stream()
                        .map(FieldDescriptions::letters)
                        .collect(Collectors.toSet());
                for (String field : type.getValue()) {
                    String description = describe(message, field, own, MAX_EMBEDDING)
                            .or(() -> describe(messages.get(TYPE_META), field, own, 0))
                            .orElse("");
                    if (!description.isEmpty()) {
                        out.write("F " + field + "\t" + description + "\n");
                        count++;
                    }
                }
            }
        }
        return count;
    }

    /** The fields of every type in the schema table. */
    private static Map<String, List<String>> typesOf(Path table) throws IOException {
        Map<String, List<String>> types = new LinkedHashMap<>();
        String typePackage = "";
        List<String> fields = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            String[] words = line.split(" ", 3);
            switch (line.charAt(0)) {
                case 'P' -> typePackage = words[1];
                case 'T' -> {
                    fields = new ArrayList<>();
                    types.put(typePackage + "." + words[1], fields);
                }
                case 'F' -> fields.add(words[1]);
                default -> {}
            }
        }
        return types;
    }

    /**
     * The description of a field: its own or, if Go embeds the struct that has it, that struct's.
     *
     * @param own the JSON fields of the outermost type; a message under one of these names is not embedded
     */
    private Optional<String> describe(Message message, String jsonName, Set<String> own, int depth) {
        String wanted = letters(jsonName);
        for (Map.Entry<String, String> field : message.fields.entrySet()) {
            if (letters(field.getKey()).equals(wanted)) {
                return Optional.of(field.getValue());
            }
        }
        if (depth > 0) {
            for (Map.Entry<String, String> field : message.fieldTypes.entrySet()) {
                Message inner = messages.get(field.getValue());
                if (inner != null && inner != message && !own.contains(letters(field.getKey()))) {
                    Optional<String> found = describe(inner, jsonName, own, depth - 1);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Protobuf has {@code xKubernetesListType} and {@code aPIGroup} where JSON has other characters. */
    private static String letters(String name) {
        return name.replace("-", "").replace("$", "").toLowerCase(java.util.Locale.ROOT);
    }

    private static String protobufName(String openApiName) {
        return "k8s.io" + openApiName.substring("io.k8s".length()).replace("apiextensions-apiserver", "apiextensions_apiserver");
    }
}
