/**
 * OpenAPI v3 documents, one for each group version, made from the registry's catalog and the schema of types and kept until
 * the catalog changes. kubectl validates, explains and merges by them.
 *
 * <p>Knows no kind by name. Entry: {@link io.coxswain.apiserver.openapi.OpenApiPaths}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.openapi;
