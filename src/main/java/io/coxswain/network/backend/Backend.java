package io.coxswain.network.backend;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/** The {@code proxy} subresource of one resource. */
abstract class Backend implements Subresource.Connect {
    private final String resource;
    private final String kind;

    /** @param resource such as {@code pods}; @param kind such as {@code Pod} */
    Backend(String resource, String kind) {
        this.resource = resource;
        this.kind = kind;
    }

    @Override
    public GroupResource parent() {
        return new GroupResource("", resource);
    }

    @Override
    public String name() {
        return "proxy";
    }

    @Override
    public GroupVersionKind kind() {
        return new GroupVersionKind("", "v1", kind + "ProxyOptions");
    }

    @Override
    public Set<String> verbs() {
        return Set.of("create", "delete", "get", "patch", "update");
    }

    @Override
    public String parentName(String requested) {
        return name(requested).name();
    }

    private BackendName name(String requested) {
        return BackendName.parse(requested, resource.substring(0, resource.length() - 1));
    }

    @Override
    public ApiResponse connect(ApiRequest request, JsonObject object) {
        String requested = request.info().name();
        return new ApiResponse.ProxyResponse(target(new ObjectView(object), requested, name(requested)));
    }

    /** @param requested the name as the URL has it */
    abstract ProxyTarget target(ObjectView object, String requested, BackendName name);

    /** @throws ApiException 400 for addresses that lead to this host or to nobody in particular */
    static String requireProxyable(String address) {
        try {
            boolean literal = address.matches("[0-9.]+") || address.indexOf(':') >= 0;
            InetAddress parsed = literal ? InetAddress.getByName(address) : null;
            if (parsed != null
                    && !parsed.isLoopbackAddress()
                    && !parsed.isLinkLocalAddress()
                    && !parsed.isMulticastAddress()
                    && !parsed.isAnyLocalAddress()) {
                return address;
            }
        } catch (UnknownHostException e) {
            // refused below
        }
        throw ApiException.badRequest("address not allowed");
    }
}
