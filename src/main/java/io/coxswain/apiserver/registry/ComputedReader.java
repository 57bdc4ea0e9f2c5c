package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.selector.LabelSelector;
import java.util.List;

/** Reads of kinds that are not stored. They are few: there are no pages, and no revisions. */
final class ComputedReader {
    ApiResponse get(ApiRequest request, RegisteredResource resource, ComputedKind kind) {
        String name = request.info().name();
        return kind.objects().stream()
                .filter(object -> new ObjectView(object).name().equals(name))
                .findFirst()
                .map(object -> new ObjectResponse(200, new TreeObject(object), List.of()))
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), name));
    }

    ApiResponse list(ApiRequest request, ComputedKind kind) {
        LabelSelector labels =
                LabelSelector.parse(request.parameter("labelSelector").orElse(""));
        ResourceNames names = kind.names();
        return new ListResponse(
                names.gvr().groupVersion(),
                names.listKind(),
                "",
                "",
                -1,
                kind.objects().stream()
                        .filter(object -> labels.matches(new ObjectView(object).labels()))
                        .map(TreeObject::new)
                        .iterator(),
                List.of());
    }
}
