/**
 * What clients see of an answer: plain objects, {@code Table}s, {@code PartialObjectMetadata}, chosen by the
 * {@code Accept} header. Transport-free; knows kinds only through their columns.
 *
 * <p>Entry: {@link io.coxswain.apiserver.representation.ResponseShaper}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.representation;
