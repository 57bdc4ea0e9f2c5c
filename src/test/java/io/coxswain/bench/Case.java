package io.coxswain.bench;

/** One load shape. Works in namespaces of its own, and does not care what ran before it. */
interface Case {
    void run(Session session) throws Exception;
}
