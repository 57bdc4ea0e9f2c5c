/**
 * What a request is: who asks ({@link io.coxswain.apiserver.request.UserInfo}), for what
 * ({@link io.coxswain.apiserver.request.RequestInfo}), with which body, and what the answer looks like. Values only; imports
 * {@code meta} and nothing else of Coxswain.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.request;
