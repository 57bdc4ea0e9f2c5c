package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import jakarta.json.JsonObject;
import java.util.Set;

/**
 * A subresource beyond {@code /status} and {@code /scale}, which the registry serves by itself. One CDI bean each, in the
 * package of its kind, or where the service it needs lives. Each is one of the three forms below; the interface is not
 * sealed only because CDI's proxies implement it directly.
 */
public interface Subresource {
    /** The resource it belongs to, such as {@code pods}. */
    GroupResource parent();

    /** Its name, such as {@code binding}. */
    String name();

    /** The kind of its body, such as {@code v1 Binding}; discovery shows it. */
    GroupVersionKind kind();

    Set<String> verbs();

    /** A change of the parent object: binding, finalize, ephemeralcontainers, approval. Pure. */
    interface Change extends Subresource {
        /**
         * The parent after the change. Runs again with the newer parent if a write was lost to a race.
         *
         * @throws io.coxswain.meta.ApiException if the change is refused
         */
        JsonObject apply(JsonObject parent, JsonObject body);

        /** What is answered, from the parent as stored; most answer the parent itself. */
        default JsonObject answer(JsonObject parent) {
            return parent;
        }
    }

    /** Something that happens: a token is issued, a pod is evicted. */
    interface Action extends Subresource {
        /** @param parent the parent object; @param body the decoded and defaulted body */
        ApiResponse perform(ApiRequest request, JsonObject parent, JsonObject body);
    }

    /** A stream: log, exec, attach, port-forward, proxy. */
    interface Connect extends Subresource {
        ApiResponse connect(ApiRequest request, JsonObject parent);

        /** The parent's name in what the URL has in its place, such as {@code web} in {@code http:web:80}. */
        default String parentName(String requested) {
            return requested;
        }
    }
}
