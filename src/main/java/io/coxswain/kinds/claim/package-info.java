/**
 * The specs of volume claims: those of PersistentVolumeClaims themselves, and the templates in StatefulSets and in pods'
 * ephemeral volumes. Pure functions on trees; entry classes are {@code ClaimDefaults} and {@code ClaimRules}.
 *
 * <p>Never imports client, store or a group's kinds.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.claim;
