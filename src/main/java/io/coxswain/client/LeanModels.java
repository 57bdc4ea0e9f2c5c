package io.coxswain.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps model objects small, since informers hold thousands of them: who owns which field is left out (only the server has to
 * know, and a write without it keeps what is there), a model has no map for unknown fields that it does not have (a third of a
 * pod otherwise), and texts that many objects share are one.
 */
final class LeanModels extends SimpleModule {
    private static final long serialVersionUID = 1;

    LeanModels() {
        super("lean-models");
        setMixInAnnotation(ObjectMeta.class, WithoutManagedFields.class);
        addDeserializer(String.class, new SharedText());
        setDeserializerModifier(new WithoutEmptyMaps());
    }

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    private static final class WithoutEmptyMaps extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            if (deserializer.getClass() != BeanDeserializer.class) {
                return deserializer;
            }
            return UnknownFields.of(description.getBeanClass())
                    .<JsonDeserializer<?>>map(unknown -> new Lean((BeanDeserializer) deserializer, unknown))
                    .orElse(deserializer);
        }
    }

    /** Every model has a map of the fields that its class does not know. */
    private record UnknownFields(Method getter, Method setter) {
        static Optional<UnknownFields> of(Class<?> model) {
            try {
                return Optional.of(new UnknownFields(
                        model.getMethod("getAdditionalProperties"),
                        model.getMethod("setAdditionalProperties", Map.class)));
            } catch (NoSuchMethodException e) {
                return Optional.empty(); // a class of another family
            }
        }

        void dropIfNone(Object model) throws IOException {
            try {
                if (getter.invoke(model) instanceof Map<?, ?> fields && fields.isEmpty()) {
                    setter.invoke(model, Map.of());
                }
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IOException("the unknown fields of " + model.getClass() + " cannot be reached", e);
            }
        }
    }

    private static final class Lean extends BeanDeserializer {
        private static final long serialVersionUID = 1;

        private final transient UnknownFields unknown;

        Lean(BeanDeserializer plain, UnknownFields unknown) {
            super(plain);
            this.unknown = unknown;
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) throws IOException {
            Object model = super.deserialize(in, context);
            if (model != null) {
                unknown.dropIfNone(model);
            }
            return model;
        }
    }

    /** Hands out an equal text that was read lately in place of another one. */
    private static final class SharedText extends StringDeserializer {
        private static final long serialVersionUID = 1;
        private static final int SLOTS = 1 << 12;
        private static final int LONGEST = 64;

        /** Threads race for the slots, and whoever loses has a text of its own. */
        private final transient String[] recent = new String[SLOTS];

        @Override
        public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
            String text = super.deserialize(in, context);
            if (text == null || text.length() > LONGEST) {
                return text;
            }
            int hash = text.hashCode();
            int slot = (hash ^ hash >>> 16) & SLOTS - 1;
            String known = recent[slot];
            if (text.equals(known)) {
                return known;
            }
            recent[slot] = text;
            return text;
        }
    }
}
