package io.coxswain.admission.tolerationseconds;

/**
 * How long pods that say nothing else stay on a failing node.
 *
 * @param notReadySeconds on a node that is not ready; upstream's default is 300
 * @param unreachableSeconds on a node that does not answer; upstream's default is 300
 */
public record TolerationSettings(long notReadySeconds, long unreachableSeconds) {}
