package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.representation.Representation.Form;
import io.coxswain.apiserver.representation.Tables.Include;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.TableResponse;
import io.coxswain.apiserver.request.ApiResponse.WatchResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Gives answers about resources the form that the client asked for. Thread-safe. */
public final class ResponseShaper {
    private final Clock clock;

    public ResponseShaper(Clock clock) {
        this.clock = clock;
    }

    /**
     * What the client accepts of this resource; asked before anything is done.
     *
     * @throws ApiException 406 if there is nothing, 400 for a wrong {@code includeObject}
     */
    public Representation negotiate(ApiRequest request, RegisteredResource resource) {
        boolean tables = !(resource.kind() instanceof ReviewKind);
        Representation chosen = Representation.choose(request.accept(), tables);
        if (chosen.form() == Form.TABLE) {
            include(request);
        }
        return chosen;
    }

    /** The response in the form given; responses that are no objects stay as they are. */
    public ApiResponse shape(
            ApiRequest request, RegisteredResource resource, Representation representation, ApiResponse response) {
        String apiVersion = "meta.k8s.io/" + representation.metaVersion();
        return switch (representation.form()) {
            case OBJECT -> response;
            case TABLE ->
                tables(
                        response,
                        new Tables(resource.kind(), representation.metaVersion(), include(request), clock.instant()));
            case PARTIAL_METADATA -> partial(response, apiVersion);
        };
    }

    private static Include include(ApiRequest request) {
        String text = request.parameter("includeObject").orElse("");
        return switch (text) {
            case "", "Metadata" -> Include.METADATA;
            case "None" -> Include.NONE;
            case "Object" -> Include.OBJECT;
            default -> throw ApiException.badRequest("unrecognized includeObject value: \"" + text + "\"");
        };
    }

    private static ApiResponse tables(ApiResponse response, Tables tables) {
        if (response instanceof ObjectResponse object && !isStatus(object.object())) {
            JsonObject table = tables.table(
                    tables.columns(),
                    new ObjectView(object.object().tree()).resourceVersion(),
                    JsonTrees.array(List.of(tables.row(object.object()))));
            return new ObjectResponse(object.code(), new TreeObject(table), object.warnings());
        }
        if (response instanceof ListResponse list) {
            return new TableResponse(
                    200,
                    tables.apiVersion(),
                    tables.columns(),
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems(),
                    map(list.items(), tables::row),
                    list.warnings());
        }
        if (response instanceof WatchResponse watch) {
            return new WatchResponse(new MappedEvents(watch.events(), new TableEvents(tables)), watch.warnings());
        }
        return response;
    }

    private static ApiResponse partial(ApiResponse response, String apiVersion) {
        if (response instanceof ObjectResponse object && !isStatus(object.object())) {
            return new ObjectResponse(
                    object.code(),
                    new TreeObject(Tables.partial(object.object().tree(), apiVersion)),
                    object.warnings());
        }
        if (response instanceof ListResponse list) {
            return new ListResponse(
                    apiVersion,
                    "PartialObjectMetadataList",
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems(),
                    map(list.items(), item -> new TreeObject(Tables.partial(item.tree(), apiVersion))),
                    list.warnings());
        }
        if (response instanceof WatchResponse watch) {
            Function<EventStream.Event, EventStream.Event> toPartial =
                    event -> event.type().equals("ERROR")
                            ? event
                            : new EventStream.Event(
                                    event.type(),
                                    new TreeObject(Tables.partial(event.object().tree(), apiVersion)));
            return new WatchResponse(new MappedEvents(watch.events(), toPartial), watch.warnings());
        }
        return response;
    }

    /** Each event's object as a table of one row; the columns stand in the first table only. */
    private static final class TableEvents implements Function<EventStream.Event, EventStream.Event> {
        private final Tables tables;
        private boolean columnsSent;

        TableEvents(Tables tables) {
            this.tables = tables;
        }

        @Override
        public EventStream.Event apply(EventStream.Event event) {
            if (event.type().equals("ERROR")) {
                return event;
            }
            JsonArray columns = columnsSent ? JsonValue.EMPTY_JSON_ARRAY : tables.columns();
            columnsSent = true;
            JsonArray rows = event.type().equals("BOOKMARK")
                    ? JsonTrees.array(List.of(bookmarkRow(event.object())))
                    : JsonTrees.array(List.of(tables.row(event.object())));
            String version = new ObjectView(event.object().tree()).resourceVersion();
            return new EventStream.Event(event.type(), new TreeObject(tables.table(columns, version, rows)));
        }

        private JsonObject bookmarkRow(ApiObject bookmark) {
            return JsonTrees.object()
                    .add("cells", JsonValue.EMPTY_JSON_ARRAY)
                    .add("object", Tables.partial(bookmark.tree(), tables.apiVersion()))
                    .build();
        }
    }

    private static boolean isStatus(ApiObject object) {
        ObjectView view = new ObjectView(object.tree());
        return view.kind().equals("Status") && view.apiVersion().equals("v1");
    }

    private static <T, R> Iterator<R> map(Iterator<? extends T> items, Function<T, R> function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public R next() {
                return function.apply(items.next());
            }
        };
    }
}
