/**
 * The schema of Kubernetes' types as data: fields, forms, required fields, enums, list and map types, patch strategies.
 * Field validation, pruning, patches, the protobuf codec and OpenAPI all read this one schema; a custom resource's
 * structural schema is the same {@link io.coxswain.meta.schema.TypeSchema}.
 *
 * <p>Knows no kind by name and imports {@code io.coxswain.meta} alone. Entry:
 * {@link io.coxswain.meta.schema.SchemaCatalog}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.schema;
