package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.codec.Table.IncludeObject;
import io.coxswain.meta.JsonTrees;
import io.kubernetes.client.proto.Meta;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    static {
        // The generated message, which only this test uses, is of an old protoc.
        System.setProperty("com.google.protobuf.use_unsafe_pre22_gencode", "true");
    }

    private final JsonObject pod = json(
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{\"hostNetwork\":true}}");
    private final List<TableColumn> columns =
            List.of(TableColumn.name("the name"), TableColumn.wide("IP", "string", "the address"));
    private final Table.Row row = new Table.Row(List.of(JsonTrees.text("p"), JsonValue.NULL), pod);

    @Test
    void makesATableWithMetadata() {
        assertThat(Table.build(
                        "v1", json("{\"resourceVersion\":\"7\"}"), columns, List.of(row), IncludeObject.METADATA))
                .isEqualTo(
                        json(
                                "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\"7\"},\"columnDefinitions\":[{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\",\"description\":\"the name\",\"priority\":0},{\"name\":\"IP\",\"type\":\"string\",\"format\":\"\",\"description\":\"the address\",\"priority\":1}],\"rows\":[{\"cells\":[\"p\",null],\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"}}}]}"));
    }

    @Test
    void includesTheWholeObjectOrNone() {
        JsonObject whole = Table.build("v1", JsonValue.EMPTY_JSON_OBJECT, columns, List.of(row), IncludeObject.OBJECT);
        assertThat(whole.getJsonArray("rows").getJsonObject(0).get("object")).isEqualTo(pod);
        JsonObject none = Table.build("v1", JsonValue.EMPTY_JSON_OBJECT, List.of(), List.of(row), IncludeObject.NONE);
        assertThat(none.getJsonArray("rows").getJsonObject(0).get("object")).isEqualTo(JsonValue.NULL);
        assertThat(none.getJsonArray("columnDefinitions")).isEmpty();
    }

    @Test
    void marksFinishedRows() {
        Table.Row done = new Table.Row(
                List.of(), List.of(json("{\"type\":\"Completed\",\"status\":\"True\",\"reason\":\"Succeeded\"}")), pod);
        JsonObject table = Table.build("v1", JsonValue.EMPTY_JSON_OBJECT, columns, List.of(done), IncludeObject.NONE);
        assertThat(table.getJsonArray("rows").getJsonObject(0).getJsonArray("conditions"))
                .hasSize(1);
    }

    @Test
    void readsIncludeObject() {
        assertThat(IncludeObject.parse("")).isEqualTo(IncludeObject.METADATA);
        assertThat(IncludeObject.parse("Object")).isEqualTo(IncludeObject.OBJECT);
        assertThatThrownBy(() -> IncludeObject.parse("All")).hasMessage("unrecognized includeObject value: \"All\"");
    }

    @Test
    void makesPartialMetadataLists() {
        assertThat(Table.partialMetadataList("v1", json("{\"resourceVersion\":\"7\"}"), List.of(pod)))
                .isEqualTo(
                        json(
                                "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"}}]}"));
    }

    @Test
    void framesEventsAroundStoredBytes() {
        byte[] stored = "{\"kind\":\"Pod\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(WatchFrames.json(WatchFrames.EventType.MODIFIED, stored), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Pod\"}}\n");
    }

    @Test
    void framesProtobufEventsByLength() throws Exception {
        byte[] object = ProtobufCodec.builtIn().encode(pod);
        ByteBuffer frame = ByteBuffer.wrap(WatchFrames.protobuf(WatchFrames.EventType.ADDED, object));
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        byte[] rest = new byte[frame.remaining()];
        frame.get(rest);
        Meta.WatchEvent event = Meta.WatchEvent.parseFrom(rest);
        assertThat(event.getType()).isEqualTo("ADDED");
        assertThat(ProtobufCodec.builtIn().decode(event.getObject().getRaw().toByteArray()))
                .isEqualTo(pod);
    }

    private static JsonObject json(String text) {
        return JsonCodec.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }
}
