package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.representation.Representation;

/** From JSON, in which everything is made, to the format the client asked for. */
final class Encodings {
    private Encodings() {}

    static byte[] convert(byte[] json, Representation.Encoding encoding) {
        return switch (encoding) {
            case JSON -> json;
            case YAML -> json; // JSON is YAML
        };
    }
}
