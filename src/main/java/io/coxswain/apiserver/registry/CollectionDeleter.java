package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.store.StoredObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** DELETE of a collection: each selected object is deleted by itself; what others delete meanwhile is skipped. */
final class CollectionDeleter {
    private final Reader reader;
    private final Deleter deleter;
    private final RequestDecoder decoder;

    CollectionDeleter(Reader reader, Deleter deleter, RequestDecoder decoder) {
        this.reader = reader;
        this.deleter = deleter;
        this.decoder = decoder;
    }

    ApiResponse delete(ApiRequest request, RegisteredResource resource) {
        DeleteParameters parameters = DeleteParameters.of(request, decoder);
        ListParameters which = ListParameters.of(request, false);
        Reader.Page page = reader.page(resource, Reader.namespace(request, resource), which);
        List<ApiObject> deleted = new ArrayList<>();
        Warnings warnings = new Warnings();
        for (Iterator<StoredObject> items = page.items(); items.hasNext(); ) {
            StoredObject item = items.next();
            Write write = new Write(
                    request,
                    resource,
                    item.key().namespace(),
                    "",
                    parameters.dryRun(),
                    FieldValidation.IGNORE,
                    parameters.options(),
                    warnings);
            try {
                deleted.add(deleter.delete(write, item.key().name(), parameters).object());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        return new ListResponse(
                resource.kind().names().gvr().groupVersion(),
                resource.kind().names().listKind(),
                Long.toString(page.revision()),
                page.continueToken(),
                page.remaining(),
                deleted.iterator(),
                warnings.list());
    }
}
