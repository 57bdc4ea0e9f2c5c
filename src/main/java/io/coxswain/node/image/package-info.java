/**
 * Container images on one node: names, pull policies, pulls in progress and their back-off.
 *
 * <p>Knows image names and the runtime's image service; nothing about pods. Entry class:
 * {@link io.coxswain.node.image.ImagePulls}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.image;
