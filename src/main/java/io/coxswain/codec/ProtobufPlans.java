package io.coxswain.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.kubernetes.client.proto.IntStr;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Resource;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admission;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Events;
import io.kubernetes.client.proto.V1Flowcontrol;
import io.kubernetes.client.proto.V1Networking;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Resource;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import io.kubernetes.client.proto.V2Apidiscovery;
import io.kubernetes.client.proto.V2Autoscaling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which protobuf field number is which JSON field: descriptors and schema brought together, once a message. The
 * descriptors of a group are loaded when one of its kinds is first met.
 */
final class ProtobufPlans {
    /** By the package of the OpenAPI name, which is the protobuf package with another beginning. */
    private static final Map<String, Supplier<FileDescriptor>> FILES = files();

    private static final String CORE = "io.k8s.api.core.v1";

    private final SchemaCatalog catalog;
    private final Map<String, Message> byType = new ConcurrentHashMap<>();

    ProtobufPlans(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    private static Map<String, Supplier<FileDescriptor>> files() {
        Map<String, Supplier<FileDescriptor>> files = new HashMap<>();
        String api = "io.k8s.api.";
        files.put("io.k8s.apimachinery.pkg.apis.meta.v1", Meta::getDescriptor);
        files.put("io.k8s.apimachinery.pkg.api.resource", Resource::getDescriptor);
        files.put("io.k8s.apimachinery.pkg.runtime", Runtime::getDescriptor);
        files.put("io.k8s.apimachinery.pkg.util.intstr", IntStr::getDescriptor);
        files.put("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1", V1Apiextensions::getDescriptor);
        files.put(CORE, V1::getDescriptor);
        files.put(api + "admission.v1", V1Admission::getDescriptor);
        files.put(api + "admissionregistration.v1", V1Admissionregistration::getDescriptor);
        files.put(api + "apidiscovery.v2", V2Apidiscovery::getDescriptor);
        files.put(api + "apps.v1", V1Apps::getDescriptor);
        files.put(api + "authentication.v1", V1Authentication::getDescriptor);
        files.put(api + "authorization.v1", V1Authorization::getDescriptor);
        files.put(api + "autoscaling.v1", V1Autoscaling::getDescriptor);
        files.put(api + "autoscaling.v2", V2Autoscaling::getDescriptor);
        files.put(api + "batch.v1", V1Batch::getDescriptor);
        files.put(api + "certificates.v1", V1Certificates::getDescriptor);
        files.put(api + "coordination.v1", V1Coordination::getDescriptor);
        files.put(api + "discovery.v1", V1Discovery::getDescriptor);
        files.put(api + "events.v1", V1Events::getDescriptor);
        files.put(api + "flowcontrol.v1", V1Flowcontrol::getDescriptor);
        files.put(api + "networking.v1", V1Networking::getDescriptor);
        files.put(api + "node.v1", V1Node::getDescriptor);
        files.put(api + "policy.v1", V1Policy::getDescriptor);
        files.put(api + "rbac.v1", V1Rbac::getDescriptor);
        files.put(api + "resource.v1", V1Resource::getDescriptor);
        files.put(api + "scheduling.v1", V1Scheduling::getDescriptor);
        files.put(api + "storage.v1", V1Storage::getDescriptor);
        files.put("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1", MissingDescriptors::apiRegistration);
        return Map.copyOf(files);
    }

    /** The plan of a type that is a message of its own. */
    Optional<Message> of(TypeSchema type) {
        Message known = byType.get(type.name());
        if (known != null) {
            return Optional.of(known);
        }
        int dot = type.name().lastIndexOf('.');
        Supplier<FileDescriptor> file = dot < 0 ? null : FILES.get(type.name().substring(0, dot));
        if (file == null) {
            return Optional.empty();
        }
        String message = type.name().substring(dot + 1);
        Descriptor found = file.get().findMessageTypeByName(message);
        Descriptor descriptor = found == null && CORE.equals(type.name().substring(0, dot))
                ? MissingDescriptors.core().findMessageTypeByName(message)
                : found;
        return descriptor == null
                ? Optional.empty()
                : Optional.of(byType.computeIfAbsent(type.name(), name -> new Message(descriptor, type)));
    }

    /** How a message is read and written that is not simply the object of its fields. */
    enum Special {
        NONE,
        QUANTITY,
        INT_OR_STRING,
        TIME,
        MICRO_TIME,
        /** Bytes that hold JSON. */
        RAW,
        /** A message around one repeated field, which JSON shows as an array: {@code ExtraValue}. */
        LIST,
        SCHEMA_OR_ARRAY,
        SCHEMA_OR_BOOL,
        SCHEMA_OR_STRINGS
    }

    /** The plan of one message. Its fields are found when it is first used, since messages may contain themselves. */
    final class Message {
        private final Descriptor descriptor;
        private final TypeSchema type;
        private final Special special;
        private volatile Field @Nullable [] fields;

        private Message(Descriptor descriptor, TypeSchema type) {
            this.descriptor = descriptor;
            this.type = type;
            this.special = specialOf(type);
        }

        Special special() {
            return special;
        }

        /** The plan of {@code JSONSchemaProps}, for the unions around it. */
        Message schemaProps() {
            String name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
            return catalog.byName(name).flatMap(ProtobufPlans.this::of).orElseThrow();
        }

        @Nullable Field field(int number) {
            Field[] all = fields();
            return number < all.length ? all[number] : null;
        }

        /** By field number; {@code null} where there is none. */
        Field[] fields() {
            Field[] known = fields;
            if (known == null) {
                known = findFields();
                fields = known;
            }
            return known;
        }

        private Field[] findFields() {
            int highest = 0;
            for (FieldDescriptor field : descriptor.getFields()) {
                highest = Math.max(highest, field.getNumber());
            }
            Field[] found = new Field[highest + 1];
            for (FieldDescriptor field : descriptor.getFields()) {
                found[field.getNumber()] = plan(field);
            }
            return found;
        }

        private @Nullable Field plan(FieldDescriptor field) {
            if (type.form() == Form.ARRAY) {
                return new Field(field, null, type.element(), messageOf(field, type.element()));
            }
            FieldSchema schema = jsonField(field.getName());
            if (schema != null) {
                TypeSchema of = schema.type();
                if (field.isMapField()) {
                    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
                    return new Field(field, schema, of.element(), messageOf(value, of.element()));
                }
                TypeSchema item = field.isRepeated() ? of.element() : of;
                return new Field(field, schema, item, messageOf(field, item));
            }
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && !field.isRepeated()
                    && isEmbedded(field.getMessageType())) {
                // A struct that Go embeds: its fields stand among the outer object's.
                return new Field(field, null, type, new Message(field.getMessageType(), type));
            }
            return null;
        }

        /**
         * Whether a message that is no field by its own name holds the outer object's fields. The descriptors may be
         * newer than the schema: most of the fields are enough, and a message with none is a field that we do not know.
         */
        private boolean isEmbedded(Descriptor inner) {
            int known = 0;
            for (FieldDescriptor field : inner.getFields()) {
                boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
                if (jsonField(field.getName()) != null || nested && isEmbedded(field.getMessageType())) {
                    known++;
                }
            }
            return known * 2 > inner.getFields().size();
        }

        /**
         * The JSON field of a protobuf field. Some names differ in the case of letters ({@code aPIGroup},
         * {@code Webhooks}) or in the characters that protobuf cannot have ({@code xKubernetesListType}).
         */
        private @Nullable FieldSchema jsonField(String protobufName) {
            FieldSchema exact = type.field(protobufName);
            if (exact != null) {
                return exact;
            }
            for (FieldSchema field : type.fields().values()) {
                String letters = field.name().replace("-", "").replace("$", "");
                if (letters.equalsIgnoreCase(protobufName)) {
                    return field;
                }
            }
            return null;
        }

        private @Nullable Message messageOf(FieldDescriptor field, TypeSchema item) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return null;
            }
            return item.name().isEmpty()
                    ? new Message(field.getMessageType(), item)
                    : of(item).orElseGet(() -> new Message(field.getMessageType(), item));
        }

        /** The names of the protobuf fields that are no JSON field, and of the JSON fields that are no protobuf field. */
        List<String> unmatched() {
            List<String> names = new ArrayList<>();
            Set<String> unseen = new TreeSet<>(type.fields().keySet());
            unseen.removeAll(List.of("apiVersion", "kind"));
            collect(names, unseen);
            unseen.forEach(name -> names.add("json " + type.name() + "." + name));
            return names;
        }

        private void collect(List<String> names, Set<String> unseen) {
            for (FieldDescriptor field : descriptor.getFields()) {
                Field plan = fields()[field.getNumber()];
                if (plan == null) {
                    names.add("protobuf " + descriptor.getFullName() + "." + field.getName());
                } else if (plan.schema() != null) {
                    unseen.remove(plan.schema().name());
                } else if (plan.isEmbedded() && plan.message() != null) {
                    plan.message().collect(names, unseen);
                }
            }
        }
    }

    private static Special specialOf(TypeSchema type) {
        return switch (type.form()) {
            case QUANTITY -> Special.QUANTITY;
            case INT_OR_STRING -> Special.INT_OR_STRING;
            case TIME -> Special.TIME;
            case MICRO_TIME -> Special.MICRO_TIME;
            case ARRAY -> Special.LIST;
            case RAW, RAW_OBJECT ->
                switch (type.structName()) {
                    case "JSONSchemaPropsOrArray" -> Special.SCHEMA_OR_ARRAY;
                    case "JSONSchemaPropsOrBool" -> Special.SCHEMA_OR_BOOL;
                    case "JSONSchemaPropsOrStringArray" -> Special.SCHEMA_OR_STRINGS;
                    default -> type.structName().equals("CustomResourceSubresourceStatus") ? Special.NONE : Special.RAW;
                };
            default -> Special.NONE;
        };
    }

    /**
     * One field of a message.
     *
     * @param schema the JSON field; {@code null} for an embedded struct and for the one field of a list
     * @param item the type of the value, of one item or of a map's value
     * @param message the message of the value, item or map value, if it is one
     */
    record Field(
            FieldDescriptor descriptor,
            @Nullable FieldSchema schema,
            TypeSchema item,
            @Nullable Message message) {

        boolean isEmbedded() {
            return schema == null && !descriptor.isRepeated();
        }

        boolean isMap() {
            return descriptor.isMapField();
        }

        boolean isRepeated() {
            return descriptor.isRepeated();
        }

        int number() {
            return descriptor.getNumber();
        }

        /** The type on the wire of the value, item or map value. */
        FieldDescriptor.Type wireType() {
            return isMap() ? descriptor.getMessageType().findFieldByNumber(2).getType() : descriptor.getType();
        }
    }
}
