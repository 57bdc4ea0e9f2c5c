package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Adds a kind's deprecation to the warnings of an answer, before all others, as upstream does for reads and writes alike. */
final class DeprecatedAnswer {
    private DeprecatedAnswer() {}

    static ApiResponse of(ApiResponse answer, String deprecation) {
        List<String> warnings = new ArrayList<>();
        warnings.add(deprecation);
        warnings.addAll(answer.warnings());
        if (answer instanceof ObjectResponse object) {
            return new ObjectResponse(object.code(), object.object(), warnings);
        }
        if (answer instanceof ListResponse list) {
            return new ListResponse(
                    list.apiVersion(),
                    list.kind(),
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems(),
                    list.items(),
                    warnings);
        }
        if (answer instanceof WatchResponse watch) {
            return new WatchResponse(watch.events(), warnings);
        }
        return answer; // tables are made later, of one of these
    }
}
