package io.coxswain.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Kubernetes' protobuf: the prefix {@code k8s\0}, a {@code runtime.Unknown} that names the type, and in it the object's
 * own message. The messages' field numbers come from the descriptors of {@code client-java-proto}, everything else from
 * the schema. Thread-safe.
 */
public final class ProtobufCodec {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private static final class BuiltIn {
        private static final ProtobufCodec CODEC = new ProtobufCodec(SchemaCatalog.builtIn());
    }

    private final SchemaCatalog catalog;
    private final ProtobufPlans plans;
    private final TypeSchema partialMetadata;
    private final TypeSchema partialMetadataList;

    private ProtobufCodec(SchemaCatalog catalog) {
        this.catalog = catalog;
        this.plans = new ProtobufPlans(catalog);
        TypeSchema.Builder one = metaType("PartialObjectMetadata", catalog.objectMeta());
        partialMetadata = one.type();
        TypeSchema items = TypeSchema.builder(TypeSchema.Form.ARRAY, "", "[]v1.PartialObjectMetadata")
                .element(partialMetadata)
                .type();
        partialMetadataList = metaType("PartialObjectMetadataList", catalog.listMeta())
                .field(FieldSchema.optional("items", items))
                .type();
    }

    /** A type of {@code meta.k8s.io} that no OpenAPI document has, since only negotiation brings it about. */
    private static TypeSchema.Builder metaType(String kind, TypeSchema metadata) {
        return TypeSchema.builder(TypeSchema.Form.OBJECT, "io.k8s.apimachinery.pkg.apis.meta.v1." + kind, "v1." + kind)
                .field(FieldSchema.optional("metadata", metadata));
    }

    /** The codec of Kubernetes' own types. */
    public static ProtobufCodec builtIn() {
        return BuiltIn.CODEC;
    }

    /** Whether objects of a kind have a protobuf form; custom resources and {@code APIService} have none. */
    public boolean supports(GroupVersionKind kind) {
        return plan(kind).isPresent();
    }

    /** Whether bytes start as Kubernetes' protobuf does. */
    public static boolean hasPrefix(byte[] bytes) {
        return bytes.length >= 4
                && bytes[0] == MAGIC[0]
                && bytes[1] == MAGIC[1]
                && bytes[2] == MAGIC[2]
                && bytes[3] == MAGIC[3];
    }

    /**
     * An undecoded object and the type it says it has.
     *
     * @param raw the object's own message
     */
    public record Envelope(String apiVersion, String kind, byte[] raw) {}

    /** Opens the envelope. @throws CodecException if the bytes are no Kubernetes protobuf */
    public static Envelope open(byte[] bytes) {
        if (bytes.length == 0) {
            throw new CodecException("empty data");
        }
        if (!hasPrefix(bytes)) {
            throw new CodecException(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes, MAGIC.length, bytes.length - MAGIC.length);
            String apiVersion = "";
            String kind = "";
            byte[] raw = {};
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                        int end = in.pushLimit(in.readRawVarint32());
                        for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                            switch (inner) {
                                case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> apiVersion = in.readString();
                                case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> kind = in.readString();
                                default -> in.skipField(inner);
                            }
                        }
                        in.popLimit(end);
                    }
                    case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> raw = in.readByteArray();
                    case 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                        String encoding = in.readString();
                        if (!encoding.isEmpty()) {
                            throw new CodecException("unsupported content encoding " + encoding);
                        }
                    }
                    default -> in.skipField(tag);
                }
            }
            return new Envelope(apiVersion, kind, raw);
        } catch (IOException e) {
            throw ProtobufReader.broken(e);
        }
    }

    /**
     * Decodes an object, with {@code apiVersion} and {@code kind} of the envelope.
     *
     * @throws CodecException if the bytes are broken or the kind has no protobuf form
     */
    public JsonObject decode(byte[] bytes) {
        Envelope envelope = open(bytes);
        return decode(envelope, GroupVersionKind.of(envelope.apiVersion(), envelope.kind()));
    }

    /**
     * Decodes an opened envelope as a kind, which the envelope itself need not name.
     *
     * @throws CodecException if the bytes are broken or the kind has no protobuf form
     */
    public JsonObject decode(Envelope envelope, GroupVersionKind as) {
        ProtobufPlans.Message plan = plan(as).orElseThrow(() -> new CodecException(
                "no kind \"" + as.kind() + "\" is registered for version \"" + as.apiVersion() + "\" in protobuf"));
        JsonObjectBuilder object = JsonTrees.object().add("kind", as.kind()).add("apiVersion", as.apiVersion());
        JsonObject fields = new ProtobufReader(this, envelope.raw()).message(plan);
        fields.forEach(object::add);
        return object.build();
    }

    /** Encodes an object of the kind that it names itself. @throws CodecException if the kind has no protobuf form */
    public byte[] encode(JsonObject object) {
        // The oldest document of discovery goes without one in JSON.
        String apiVersion = object.getString("apiVersion", "v1");
        String kind = object.getString("kind", "");
        ProtobufPlans.Message plan = plan(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow(() -> new CodecException("objects of the kind " + kind + " have no protobuf form"));
        ProtobufWriter raw = new ProtobufWriter();
        raw.message(object, plan);
        ProtobufWriter typeMeta = new ProtobufWriter();
        typeMeta.bytes(1, apiVersion.getBytes(StandardCharsets.UTF_8));
        typeMeta.bytes(2, kind.getBytes(StandardCharsets.UTF_8));
        ProtobufWriter unknown = new ProtobufWriter();
        unknown.raw(MAGIC);
        unknown.bytes(1, typeMeta.toByteArray());
        unknown.bytes(2, raw.toByteArray());
        unknown.bytes(3, new byte[0]);
        unknown.bytes(4, new byte[0]);
        return unknown.toByteArray();
    }

    /** Fields that protobuf and the schema do not share, over every kind: what the codec cannot carry. */
    List<String> unmatchedFields() {
        return catalog.types().values().stream()
                .filter(type -> type.form() == TypeSchema.Form.OBJECT)
                .flatMap(type -> plans.of(type).stream())
                .flatMap(message -> message.unmatched().stream())
                .toList();
    }

    /**
     * One frame of a watch: a {@code metav1.WatchEvent} without a prefix of its own, whose object has one, behind its
     * length in four bytes.
     *
     * @throws CodecException if the object's kind has no protobuf form
     */
    public byte[] encodeFrame(String type, JsonObject object) {
        ProtobufWriter raw = new ProtobufWriter();
        raw.bytes(1, encode(object));
        ProtobufWriter event = new ProtobufWriter();
        event.bytes(1, type.getBytes(StandardCharsets.UTF_8));
        event.bytes(2, raw.toByteArray());
        byte[] message = event.toByteArray();
        return ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private Optional<ProtobufPlans.Message> plan(GroupVersionKind kind) {
        Optional<TypeSchema> type = kind.group().equals("meta.k8s.io")
                ? switch (kind.kind()) {
                    case "PartialObjectMetadata" -> Optional.of(partialMetadata);
                    case "PartialObjectMetadataList" -> Optional.of(partialMetadataList);
                    default -> catalog.byKind(kind);
                }
                : catalog.byKind(kind);
        return type.flatMap(plans::of);
    }
}
