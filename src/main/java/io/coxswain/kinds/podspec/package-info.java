/**
 * What pods and pod templates have in common: {@link io.coxswain.kinds.podspec.PodSpecDefaults}, validation, warnings,
 * quality of service and effective resources.
 *
 * <p>Pure functions on trees; imports {@code meta} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.podspec;
