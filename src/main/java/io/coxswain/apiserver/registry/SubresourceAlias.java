package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupVersionResource;

/** A kind that is never stored: creating one posts it to a subresource of the object that it names. */
public interface SubresourceAlias extends KindDefinition {
    /** The resource whose object has the name in the body's metadata. */
    GroupVersionResource target();

    String subresource();
}
