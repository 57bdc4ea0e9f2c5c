package io.coxswain.meta.schema;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What the built-in types and their fields are for, as {@code kubectl explain} shows it. The build takes the sentences
 * from the sources of {@code client-java-proto} ({@code src/build/descriptions}); a type that is not there, such as
 * {@code APIService}, has none. Some megabyte of text: load it, use it, let it go.
 */
public final class SchemaDescriptions {
    private static final String RESOURCE = "descriptions.txt.gz";

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Map<String, String>> fields = new HashMap<>();

    private SchemaDescriptions() {}

    /** No descriptions, as for the types of custom resources, which bring their own. */
    public static SchemaDescriptions none() {
        return new SchemaDescriptions();
    }

    /** Reads the descriptions of the built-in types. */
    public static SchemaDescriptions load() {
        SchemaDescriptions descriptions = new SchemaDescriptions();
        try (InputStream in = SchemaDescriptions.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE
                        + " is not in the application: it was built without the Maven phase process-resources");
            }
            descriptions.read(
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return descriptions;
    }

    private void read(BufferedReader lines) throws IOException {
        Map<String, String> current = new HashMap<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int tab = line.indexOf('\t');
            String name = line.substring(2, tab);
            String text = unescape(line.substring(tab + 1));
            if (line.charAt(0) == 'T') {
                current = new HashMap<>();
                types.put(name, text);
                fields.put(name, current);
            } else {
                current.put(name, text);
            }
        }
    }

    /** A line break is written as {@code \n}, a backslash as two. */
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                plain.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** The description of a type; {@code ""} if there is none. */
    public String of(TypeSchema type) {
        return types.getOrDefault(type.name(), "");
    }

    /** The description of a field of a type; {@code ""} if there is none. */
    public String of(TypeSchema type, FieldSchema field) {
        return fields.getOrDefault(type.name(), Map.of()).getOrDefault(field.name(), "");
    }
}
