package io.coxswain.apiserver.request;

import jakarta.json.JsonValue;

/** The body of a request: none, bytes from the network, or a tree from one of our own loops. */
public sealed interface RequestBody {
    RequestBody NONE = new None();

    /** No body. */
    record None() implements RequestBody {}

    /** Bytes as they came, at most the limit of the endpoint. */
    record Encoded(byte[] bytes) implements RequestBody {}

    /** Already a tree; never decoded again. */
    record Tree(JsonValue value) implements RequestBody {}
}
