/**
 * Bytes to trees and back: JSON, YAML and Kubernetes' protobuf; content negotiation;
 * {@code PartialObjectMetadata}.
 *
 * <p>Knows the schema ({@code io.coxswain.meta.schema}) and nothing of the store, the API server or HTTP. Whatever it
 * decodes is hostile: depths, sizes and aliases are bounded. Entries: {@link io.coxswain.codec.ObjectDecoder} for
 * request bodies, {@link io.coxswain.codec.JsonCodec} for stored objects.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.codec;
