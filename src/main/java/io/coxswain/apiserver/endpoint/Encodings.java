package io.coxswain.apiserver.endpoint;

import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.ApiObject;
import java.nio.charset.StandardCharsets;

/** From JSON, in which everything is made, to the format the client asked for. Stateless. */
final class Encodings {
    private Encodings() {}

    static byte[] convert(ApiObject object, Format format) {
        // Some objects are a tree already, and others have the bytes.
        return format == Format.PROTOBUF
                ? ProtobufCodec.builtIn().encode(object.tree())
                : convert(object.json(), format);
    }

    static byte[] convert(byte[] json, Format format) {
        return switch (format) {
            case JSON -> json;
            case YAML -> YamlCodec.write(JsonCodec.parse(json).value()).getBytes(StandardCharsets.UTF_8);
            case PROTOBUF -> ProtobufCodec.builtIn().encode(JsonCodec.parseObject(json));
        };
    }
}
