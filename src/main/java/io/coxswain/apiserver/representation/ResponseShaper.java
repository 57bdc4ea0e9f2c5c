package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.TableResponse;
import io.coxswain.apiserver.request.ApiResponse.WatchResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.MediaTypes.Accepted;
import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.codec.MediaTypes.Transform;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.codec.Table;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Gives answers about resources the form that the client asked for. Thread-safe. */
public final class ResponseShaper {
    private final Clock clock;

    public ResponseShaper(Clock clock) {
        this.clock = clock;
    }

    /** In what every object can be written. */
    private static final Set<Format> TEXT = Set.of(Format.JSON, Format.YAML);
    /** In what objects can be written whose kind has a protobuf form. */
    private static final Set<Format> ALL = Set.of(Format.JSON, Format.YAML, Format.PROTOBUF);

    /**
     * What the client accepts of this resource; asked before anything is done.
     *
     * @throws ApiException 406 if there is nothing, 400 for a wrong {@code includeObject}
     */
    public Accepted negotiate(ApiRequest request, RegisteredResource resource) {
        String verb = request.info().verb();
        if (verb.equals("watch")) {
            Accepted chosen = MediaTypes.acceptWatch(
                    request.accept(), ProtobufCodec.builtIn().supports(resource.gvk()));
            requireFitting(chosen, resource, false);
            checkTable(chosen, request);
            return chosen;
        }
        boolean transforms = !(resource.kind() instanceof ReviewKind);
        Accepted chosen = MediaTypes.accept(request.accept(), formats(resource.gvk()), transforms);
        requireFitting(chosen, resource, verb.equals("list") || verb.equals("deletecollection"));
        checkTable(chosen, request);
        return chosen;
    }

    /** In what objects of a kind can be written. */
    public static Set<Format> formats(GroupVersionKind kind) {
        return ProtobufCodec.builtIn().supports(kind) ? ALL : TEXT;
    }

    private static void requireFitting(Accepted chosen, RegisteredResource resource, boolean list) {
        String kind = resource.gvk().kind();
        if (list && chosen.transform() == Transform.PARTIAL_OBJECT_METADATA) {
            throw ApiException.notAcceptable(
                    "you requested PartialObjectMetadata, but the requested object is a list (" + kind + "List)");
        }
        if (!list && chosen.transform() == Transform.PARTIAL_OBJECT_METADATA_LIST) {
            throw ApiException.notAcceptable(
                    "you requested PartialObjectMetadataList, but the requested object is not a list (" + kind + ")");
        }
    }

    private static void checkTable(Accepted chosen, ApiRequest request) {
        if (chosen.transform() == Transform.TABLE) {
            include(request);
        }
    }

    /** The response in the form given; responses that are no objects stay as they are. */
    public ApiResponse shape(ApiRequest request, RegisteredResource resource, Accepted accepted, ApiResponse response) {
        ApiResponse shaped = transformed(request, resource, accepted, response);
        return shaped instanceof WatchResponse watch && accepted.format() == Format.PROTOBUF
                ? new WatchResponse(watch.events(), MediaTypes.PROTOBUF + ";stream=watch", watch.warnings())
                : shaped;
    }

    private ApiResponse transformed(
            ApiRequest request, RegisteredResource resource, Accepted accepted, ApiResponse response) {
        return switch (accepted.transform()) {
            case NONE -> response;
            case TABLE -> tables(response, rows(request, resource, accepted));
            case PARTIAL_OBJECT_METADATA, PARTIAL_OBJECT_METADATA_LIST ->
                partial(response, accepted.transformVersion());
        };
    }

    private TableRows rows(ApiRequest request, RegisteredResource resource, Accepted accepted) {
        boolean scale = request.info().subresource().equals("scale");
        return new TableRows(
                scale ? ScaleTable.COLUMNS : resource.kind().columns(),
                scale ? ScaleTable::cells : resource.kind()::cells,
                accepted.transformVersion(),
                include(request),
                clock.instant());
    }

    private static Table.IncludeObject include(ApiRequest request) {
        return Table.IncludeObject.parse(request.parameter("includeObject").orElse(""));
    }

    private static ApiResponse tables(ApiResponse response, TableRows tables) {
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

    private static ApiResponse partial(ApiResponse response, String version) {
        if (response instanceof ObjectResponse object && !isStatus(object.object())) {
            return new ObjectResponse(
                    object.code(),
                    new TreeObject(
                            Table.partialMetadata(version, object.object().tree())),
                    object.warnings());
        }
        if (response instanceof ListResponse list) {
            return new ListResponse(
                    "meta.k8s.io/" + version,
                    "PartialObjectMetadataList",
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems(),
                    map(list.items(), item -> new TreeObject(Table.partialMetadata(version, item.tree()))),
                    list.warnings());
        }
        if (response instanceof WatchResponse watch) {
            Function<EventStream.Event, EventStream.Event> toPartial =
                    event -> event.type().equals("ERROR")
                            ? event
                            : new EventStream.Event(
                                    event.type(),
                                    new TreeObject(Table.partialMetadata(
                                            version, event.object().tree())));
            return new WatchResponse(new MappedEvents(watch.events(), toPartial), watch.warnings());
        }
        return response;
    }

    /** Each event's object as a table of one row; the columns stand in the first table only. */
    private static final class TableEvents implements Function<EventStream.Event, EventStream.Event> {
        private final TableRows tables;
        private boolean columnsSent;

        TableEvents(TableRows tables) {
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
                    .add("object", Table.partialMetadata(tables.version(), bookmark.tree()))
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
