package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that answer a request. */
class AnswerEncoderTest {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final JsonObject MAP =
            Trees.yaml("{kind: ConfigMap, apiVersion: v1, metadata: {name: a, resourceVersion: '7'}, data: {k: v}}");

    @ParameterizedTest
    @CsvSource({
        "application/json, application/json",
        "*/*, application/json",
        "application/yaml, application/yaml",
        PROTOBUF + ", " + PROTOBUF,
        "'" + PROTOBUF + ",application/json', " + PROTOBUF,
        "'application/json," + PROTOBUF + "', application/json",
        "'application/json;q=0.5," + PROTOBUF + ";q=0.9', " + PROTOBUF
    })
    void anObjectComesInTheFormThatTheClientLikesBest(String accept, String contentType) throws IOException {
        HttpAnswer answer = encode(accept, new ObjectResponse(201, new TreeObject(MAP), List.of()));
        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.contentType()).isEqualTo(contentType);
        assertThat(answer.length()).isEqualTo(body(answer).length);
    }

    @Test
    void protobufIsWhatOtherProgramsRead() throws IOException {
        byte[] bytes = body(encode(PROTOBUF, new ObjectResponse(200, new TreeObject(MAP), List.of())));
        V1.ConfigMap map = V1.ConfigMap.parseFrom(unwrap(bytes, "v1", "ConfigMap"));
        assertThat(map.getMetadata().getName()).isEqualTo("a");
        assertThat(map.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(map.getDataMap()).containsEntry("k", "v");
    }

    @Test
    void aListInProtobufHasItsTokenAndItsItems() throws IOException {
        ListResponse list = new ListResponse(
                "v1",
                "ConfigMapList",
                "9",
                "next",
                3,
                List.of(new TreeObject(MAP), new TreeObject(MAP)).iterator(),
                List.of());
        byte[] bytes = body(encode(PROTOBUF, list));
        V1.ConfigMapList parsed = V1.ConfigMapList.parseFrom(unwrap(bytes, "v1", "ConfigMapList"));
        assertThat(parsed.getMetadata().getResourceVersion()).isEqualTo("9");
        assertThat(parsed.getMetadata().getContinue()).isEqualTo("next");
        assertThat(parsed.getMetadata().getRemainingItemCount()).isEqualTo(3);
        assertThat(parsed.getItemsList()).hasSize(2);
    }

    @Test
    void metadataAloneHasAProtobufFormToo() throws IOException {
        JsonObject partial = Trees.yaml(
                "{kind: PartialObjectMetadata, apiVersion: meta.k8s.io/v1, metadata: {name: a, labels: {l: x}}}");
        byte[] bytes = body(encode(PROTOBUF, new ObjectResponse(200, new TreeObject(partial), List.of())));
        Meta.PartialObjectMetadata parsed =
                Meta.PartialObjectMetadata.parseFrom(unwrap(bytes, "meta.k8s.io/v1", "PartialObjectMetadata"));
        assertThat(parsed.getMetadata().getLabelsMap()).containsEntry("l", "x");
        ListResponse list = new ListResponse(
                "meta.k8s.io/v1",
                "PartialObjectMetadataList",
                "9",
                "",
                -1,
                List.of(new TreeObject(partial)).iterator(),
                List.of());
        Meta.PartialObjectMetadataList all = Meta.PartialObjectMetadataList.parseFrom(
                unwrap(body(encode(PROTOBUF, list)), "meta.k8s.io/v1", "PartialObjectMetadataList"));
        assertThat(all.getItems(0).getMetadata().getName()).isEqualTo("a");
        assertThat(all.getMetadata().getResourceVersion()).isEqualTo("9");
    }

    @Test
    void whatHasNoProtobufFormIsJson() throws IOException {
        JsonObject custom = Trees.yaml("{kind: Chair, apiVersion: example.com/v1, metadata: {name: a}}");
        HttpAnswer answer =
                encode(PROTOBUF + ",application/json", new ObjectResponse(200, new TreeObject(custom), List.of()));
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(JsonCodec.parseObject(body(answer))).isEqualTo(custom);
    }

    @Test
    void aWatchInProtobufHasItsLengthBeforeEachFrame() throws IOException {
        Deque<EventStream.Event> events = new ArrayDeque<>(List.of(
                new EventStream.Event("ADDED", new TreeObject(MAP)),
                new EventStream.Event("DELETED", new TreeObject(MAP))));
        Frames frames = Frames.of(stream(events), PROTOBUF + ";stream=watch");
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frames.next()));
        for (String type : List.of("ADDED", "DELETED")) {
            byte[] frame = in.readNBytes(in.readInt());
            Meta.WatchEvent event = Meta.WatchEvent.parseFrom(frame);
            assertThat(event.getType()).isEqualTo(type);
            byte[] object = event.getObject().getRaw().toByteArray();
            assertThat(V1.ConfigMap.parseFrom(unwrap(object, "v1", "ConfigMap"))
                            .getMetadata()
                            .getName())
                    .isEqualTo("a");
        }
        assertThat(in.available()).isZero();
        assertThat(frames.next()).isEmpty();
        assertThat(frames.isEnded()).isTrue();
    }

    @Test
    void aWatchInJsonIsADocumentALine() throws IOException {
        Deque<EventStream.Event> events =
                new ArrayDeque<>(Collections.nCopies(3, new EventStream.Event("MODIFIED", new TreeObject(MAP))));
        String text = new String(Frames.of(stream(events), "application/json").next(), StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(3).allSatisfy(line -> {
            JsonObject event = JsonCodec.parseObject(line.getBytes(StandardCharsets.UTF_8));
            assertThat(event.getString("type")).isEqualTo("MODIFIED");
            assertThat(event.getJsonObject("object")).isEqualTo(MAP);
        });
    }

    @Test
    void aLargeListIsWrittenPieceByPieceAndCompressedIfTheClientCan() throws IOException {
        List<ApiObject> many = Collections.nCopies(3000, new TreeObject(MAP));
        HttpAnswer plain = AnswerEncoder.encode(request("application/json"), list(many), "", false);
        HttpAnswer zipped = AnswerEncoder.encode(request("application/json"), list(many), "", true);
        assertThat(plain.length()).isEqualTo(-1);
        assertThat(plain.headers()).doesNotContainKey("Content-Encoding");
        assertThat(zipped.headers()).containsEntry("Content-Encoding", List.of("gzip"));
        byte[] compressed = body(zipped);
        byte[] unzipped = new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
        assertThat(unzipped).isEqualTo(body(plain));
        assertThat(compressed.length).isLessThan(unzipped.length / 10);
        assertThat(JsonCodec.parseObject(unzipped).getJsonArray("items")).hasSize(3000);
    }

    private static ListResponse list(List<ApiObject> items) {
        return new ListResponse("v1", "ConfigMapList", "9", "", -1, items.iterator(), List.of());
    }

    @Test
    void aDocumentThatTheClientHasIsNotSentAgain() throws IOException {
        RawResponse document =
                new RawResponse(200, "application/json", new byte[] {'{', '}'}, Map.of("ETag", "\"abc\""), List.of());
        HttpAnswer known = AnswerEncoder.encode(request("*/*"), document, "W/\"x\", \"abc\"", false);
        assertThat(known.code()).isEqualTo(304);
        assertThat(body(known)).isEmpty();
        assertThat(known.headers()).containsEntry("ETag", List.of("\"abc\""));
        assertThat(AnswerEncoder.encode(request("*/*"), document, "\"old\"", false)
                        .code())
                .isEqualTo(200);
    }

    @Test
    void warningsAreHeadersWithTheirQuotesEscaped() throws IOException {
        HttpAnswer answer =
                encode("", new ObjectResponse(200, new TreeObject(MAP), List.of("unknown field \"spec.x\"", "two")));
        assertThat(answer.headers().get("Warning"))
                .containsExactly("299 - \"unknown field \\\"spec.x\\\"\"", "299 - \"two\"");
    }

    @Test
    void aFailureThatPassesSaysWhenToTryAgain() throws IOException {
        HttpAnswer answer = AnswerEncoder.error(ApiException.tooManyRequests("later", 7), "");
        assertThat(answer.code()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", List.of("7"));
        assertThat(JsonCodec.parseObject(body(answer)).getString("kind")).isEqualTo("Status");
    }

    @Test
    void aFailureIsWrittenAsTheClientTakesAnswers() throws IOException {
        ApiException failure = ApiException.tooManyRequests("later", 7);
        HttpAnswer protobuf = AnswerEncoder.error(failure, "application/vnd.kubernetes.protobuf, application/json");
        assertThat(protobuf.contentType()).isEqualTo("application/vnd.kubernetes.protobuf");
        Meta.Status status = Meta.Status.parseFrom(unwrap(body(protobuf), "v1", "Status"));
        assertThat(status.getCode()).isEqualTo(429);
        assertThat(status.getDetails().getRetryAfterSeconds()).isEqualTo(7);
        HttpAnswer yaml = AnswerEncoder.error(failure, "application/yaml");
        assertThat(yaml.contentType()).isEqualTo("application/yaml");
        assertThat(new String(body(yaml), StandardCharsets.UTF_8)).contains("kind: Status", "code: 429");
        assertThat(AnswerEncoder.error(failure, "text/html;;q=x,,").contentType())
                .isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dGhlIHNhbXBsZSBub25jZQ==", " dGhlIHNhbXBsZSBub25jZQ== "})
    void theHandshakeOfAWebSocketIsTheOneOfTheRfc(String key) {
        assertThat(WebSocketUpgrade.accept(key)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    private static byte[] unwrap(byte[] bytes, String apiVersion, String kind) throws IOException {
        assertThat(ProtobufCodec.hasPrefix(bytes)).isTrue();
        Runtime.Unknown unknown = Runtime.Unknown.parseFrom(Arrays.copyOfRange(bytes, 4, bytes.length));
        assertThat(unknown.getTypeMeta().getApiVersion()).isEqualTo(apiVersion);
        assertThat(unknown.getTypeMeta().getKind()).isEqualTo(kind);
        return unknown.getRaw().toByteArray();
    }

    private static EventStream stream(Deque<EventStream.Event> events) {
        return new EventStream() {
            @Override
            public Event poll() {
                return events.poll();
            }

            @Override
            public boolean isClosed() {
                return events.isEmpty();
            }

            @Override
            public void onReady(Runnable listener) {
                listener.run();
            }

            @Override
            public void close() {
                events.clear();
            }
        };
    }

    private static HttpAnswer encode(String accept, ApiResponse response) throws IOException {
        return AnswerEncoder.encode(request(accept), response, "", false);
    }

    private static byte[] body(HttpAnswer answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer.body().writeTo(out);
        return out.toByteArray();
    }

    private static ApiRequest request(String accept) {
        return new ApiRequest(
                UserInfo.ANONYMOUS,
                RequestInfoParser.parse("GET", "/api/v1/namespaces/ns/configmaps", Map.of()),
                Map.of(),
                RequestBody.NONE,
                "",
                accept,
                "",
                "",
                "1");
    }
}
