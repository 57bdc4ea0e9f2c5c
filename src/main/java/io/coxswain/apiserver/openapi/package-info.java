/**
 * OpenAPI documents: v3, one for each group version, and v2, one for all. Made from the registry's catalog and the schema of types and kept until
 * the catalog changes. kubectl validates, explains and merges by them.
 *
 * <p>Knows no kind by name. Entry: {@link io.coxswain.apiserver.openapi.OpenApiPaths}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.openapi;
