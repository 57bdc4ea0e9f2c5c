/**
 * What objects cost against a ResourceQuota: shared by the admission plugin, which charges, and by the controller, which
 * counts anew. Pure functions on trees. Entry: {@link io.coxswain.meta.quota.ResourceUsage},
 * {@link io.coxswain.meta.quota.QuotaScopes}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.quota;
