package io.coxswain.kinds;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.coxswain.apiserver.registry.ComputedKind;
import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.registry.SubresourceAlias;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every kind that is stored, with the sample of it that the contract tests use. */
final class KindSamples {
    /** Kinds whose rules say what their objects are called. */
    private static final Map<String, String> NAMES = Map.of(
            "IPAddress", "10.200.0.7",
            "CustomResourceDefinition", "samples.contract.coxswain.io",
            "APIService", "v1.contract.coxswain.io");

    private KindSamples() {}

    static List<KindDefinition> storedKinds() {
        List<KindDefinition> kinds = new ArrayList<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.coxswain.kinds")) {
            boolean stored = found.isAssignableTo(KindDefinition.class)
                    && !found.isAssignableTo(ReviewKind.class)
                    && !found.isAssignableTo(ComputedKind.class)
                    && !found.isAssignableTo(SubresourceAlias.class)
                    && !found.getModifiers().contains(JavaModifier.ABSTRACT)
                    && !found.isInterface();
            if (stored) {
                kinds.add(make(found.reflect()));
            }
        }
        return kinds;
    }

    private static KindDefinition make(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (KindDefinition) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " cannot be made without arguments", e);
        }
    }

    static JsonObject sample(KindDefinition kind) {
        String file = "/samples/" + kind.names().gvk().apiVersion().replace('/', '.') + "."
                + kind.names().kind() + ".yaml";
        try (InputStream in = KindSamples.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError("there is no sample: add src/test/resources" + file);
            }
            String name = NAMES.getOrDefault(kind.names().kind(), "sample");
            return Trees.yaml(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${name}", name)
                    .replace("${head}", name.substring(0, Math.max(0, name.indexOf('.'))))
                    .replace("${tail}", name.substring(name.indexOf('.') + 1))
                    .replace("${namespace}", "default"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
