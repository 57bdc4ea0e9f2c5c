/** Tests of the node agent as a whole; {@link io.coxswain.node.Containerd} is a real runtime to run them against. */
@org.jspecify.annotations.NullMarked
package io.coxswain.node;
