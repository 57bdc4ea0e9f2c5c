package io.coxswain.apiserver.request;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionResource;

/**
 * What a request is about, as upstream's {@code RequestInfo}.
 *
 * @param isResource whether the path names a resource; if not only {@code verb} (the lower-case HTTP method) and {@code path} say something
 * @param verb get, list, watch, create, update, patch, delete, deletecollection; for other paths the lower-case method
 * @param path the URL path without the query
 * @param namespace {@code ""} for cluster-scoped resources and requests across namespaces
 * @param subresource {@code ""} if none
 * @param name {@code ""} for collections
 */
public record RequestInfo(
        boolean isResource,
        String verb,
        String path,
        String group,
        String version,
        String namespace,
        String resource,
        String subresource,
        String name) {

    public GroupVersionResource gvr() {
        return new GroupVersionResource(group, version, resource);
    }

    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    /** A request for a resource, made without a URL; the path is derived. */
    public static RequestInfo resource(
            String verb, GroupVersionResource gvr, String namespace, String name, String subresource) {
        StringBuilder path = new StringBuilder(gvr.pathPrefix());
        if (!namespace.isEmpty()) {
            path.append("/namespaces/").append(namespace);
        }
        path.append('/').append(gvr.resource());
        if (!name.isEmpty()) {
            path.append('/').append(name);
        }
        if (!subresource.isEmpty()) {
            path.append('/').append(subresource);
        }
        return new RequestInfo(
                true, verb, path.toString(), gvr.group(), gvr.version(), namespace, gvr.resource(), subresource, name);
    }
}
