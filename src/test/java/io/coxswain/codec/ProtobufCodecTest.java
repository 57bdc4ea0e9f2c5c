package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.kubernetes.client.proto.IntStr;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Resource;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Networking;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufCodecTest {
    static {
        // The generated builders, which only this test uses, are of an old protoc; the codec itself reads descriptors.
        System.setProperty("com.google.protobuf.use_unsafe_pre22_gencode", "true");
    }

    private final ProtobufCodec codec = ProtobufCodec.builtIn();

    @Test
    void decodesAConfigMapAsClientGoSendsIt() {
        V1.ConfigMap map = V1.ConfigMap.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder()
                        .setName("settings")
                        .setGenerateName("")
                        .setNamespace("")
                        .setSelfLink("")
                        .setUid("")
                        .setResourceVersion("")
                        .setGeneration(0)
                        .setCreationTimestamp(Meta.Time.newBuilder())
                        .putLabels("app", "x"))
                .putData("colour", "blue")
                .putData("empty", "")
                .putBinaryData("blob", ByteString.copyFrom(new byte[] {1, 2, 3}))
                .setImmutable(false)
                .build();

        assertThat(decoded("v1", "ConfigMap", map)).isEqualTo(json("""
                        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","labels":{"app":"x"}},
                         "data":{"colour":"blue","empty":""},"binaryData":{"blob":"AQID"},"immutable":false}"""));
    }

    @Test
    void keepsZeroesOfPointersAndDropsThoseOfPlainFields() {
        V1Apps.Deployment deployment = V1Apps.Deployment.newBuilder()
                .setSpec(V1Apps.DeploymentSpec.newBuilder()
                        .setReplicas(0)
                        .setMinReadySeconds(0)
                        .setPaused(false)
                        .setRevisionHistoryLimit(0)
                        .setStrategy(V1Apps.DeploymentStrategy.newBuilder()
                                .setType("")
                                .setRollingUpdate(V1Apps.RollingUpdateDeployment.newBuilder()
                                        .setMaxSurge(IntStr.IntOrString.newBuilder()
                                                .setType(1)
                                                .setIntVal(0)
                                                .setStrVal("25%"))
                                        .setMaxUnavailable(IntStr.IntOrString.newBuilder()
                                                .setType(0)
                                                .setIntVal(0)
                                                .setStrVal("")))))
                .build();

        assertThat(decoded("apps/v1", "Deployment", deployment)).isEqualTo(json("""
                        {"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":0,"revisionHistoryLimit":0,
                         "strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":0}}}}"""));
    }

    @Test
    void putsEmbeddedStructsAmongTheOuterFields() {
        V1.Pod pod = V1.Pod.newBuilder()
                .setSpec(V1.PodSpec.newBuilder()
                        .addVolumes(V1.Volume.newBuilder()
                                .setName("v")
                                .setVolumeSource(V1.VolumeSource.newBuilder()
                                        .setConfigMap(V1.ConfigMapVolumeSource.newBuilder()
                                                .setLocalObjectReference(V1.LocalObjectReference.newBuilder()
                                                        .setName("settings"))
                                                .setDefaultMode(420))))
                        .addContainers(V1.Container.newBuilder()
                                .setName("c")
                                .addPorts(V1.ContainerPort.newBuilder()
                                        .setName("http")
                                        .setHostPort(0)
                                        .setContainerPort(80)
                                        .setProtocol("TCP"))
                                .setResources(V1.ResourceRequirements.newBuilder()
                                        .putLimits("cpu", quantity("500m"))
                                        .putLimits("memory", quantity("64Mi")))
                                .setLivenessProbe(V1.Probe.newBuilder()
                                        .setHandler(V1.ProbeHandler.newBuilder()
                                                .setHttpGet(V1.HTTPGetAction.newBuilder()
                                                        .setPath("/")
                                                        .setPort(IntStr.IntOrString.newBuilder()
                                                                .setType(0)
                                                                .setIntVal(8080)))))))
                .build();

        assertThat(decoded("v1", "Pod", pod).getJsonObject("spec")).isEqualTo(json("""
                        {"volumes":[{"name":"v","configMap":{"name":"settings","defaultMode":420}}],
                         "containers":[{"name":"c","ports":[{"name":"http","containerPort":80,"protocol":"TCP"}],
                          "resources":{"limits":{"cpu":"500m","memory":"64Mi"}},
                          "livenessProbe":{"httpGet":{"path":"/","port":8080}}}]}"""));
    }

    @Test
    void readsTimesRawValuesAndListsInMessages() {
        V1Coordination.Lease lease = V1Coordination.Lease.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder()
                        .setCreationTimestamp(Meta.Time.newBuilder().setSeconds(1700000000))
                        .addManagedFields(Meta.ManagedFieldsEntry.newBuilder()
                                .setManager("kubectl")
                                .setFieldsV1(
                                        Meta.FieldsV1.newBuilder().setRaw(ByteString.copyFromUtf8("{\"f:spec\":{}}")))))
                .setSpec(V1Coordination.LeaseSpec.newBuilder()
                        .setHolderIdentity("me")
                        .setRenewTime(Meta.MicroTime.newBuilder()
                                .setSeconds(1700000000)
                                .setNanos(123456789)))
                .build();
        assertThat(decoded("coordination.k8s.io/v1", "Lease", lease)).isEqualTo(json("""
                        {"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{
                         "creationTimestamp":"2023-11-14T22:13:20Z",
                         "managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},
                         "spec":{"holderIdentity":"me","renewTime":"2023-11-14T22:13:20.123456Z"}}"""));

        V1Authorization.SubjectAccessReview review = V1Authorization.SubjectAccessReview.newBuilder()
                .setSpec(V1Authorization.SubjectAccessReviewSpec.newBuilder()
                        .setUser("jo")
                        .putExtra(
                                "scopes",
                                V1Authorization.ExtraValue.newBuilder()
                                        .addItems("a")
                                        .addItems("b")
                                        .build()))
                .build();
        assertThat(decoded("authorization.k8s.io/v1", "SubjectAccessReview", review)
                        .getJsonObject("spec"))
                .isEqualTo(json("{\"user\":\"jo\",\"extra\":{\"scopes\":[\"a\",\"b\"]}}"));
    }

    @Test
    void readsTheSchemaOfACustomResource() {
        V1Apiextensions.JSONSchemaProps text =
                V1Apiextensions.JSONSchemaProps.newBuilder().setType("string").build();
        V1Apiextensions.CustomResourceDefinition crd = V1Apiextensions.CustomResourceDefinition.newBuilder()
                .setSpec(V1Apiextensions.CustomResourceDefinitionSpec.newBuilder()
                        .setGroup("example.org")
                        .addVersions(V1Apiextensions.CustomResourceDefinitionVersion.newBuilder()
                                .setName("v1")
                                .setServed(true)
                                .setStorage(false)
                                .setSchema(V1Apiextensions.CustomResourceValidation.newBuilder()
                                        .setOpenAPIV3Schema(V1Apiextensions.JSONSchemaProps.newBuilder()
                                                .setType("object")
                                                .setXKubernetesPreserveUnknownFields(true)
                                                .setDefault(V1Apiextensions.JSON
                                                        .newBuilder()
                                                        .setRaw(ByteString.copyFromUtf8("[1]")))
                                                .setItems(V1Apiextensions.JSONSchemaPropsOrArray.newBuilder()
                                                        .setSchema(text))
                                                .setAdditionalProperties(
                                                        V1Apiextensions.JSONSchemaPropsOrBool.newBuilder()
                                                                .setAllows(true))
                                                .putProperties("name", text)))))
                .build();
        JsonObject decoded = decoded("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd);

        assertThat(decoded.getJsonObject("spec").getJsonArray("versions"))
                .isEqualTo(JsonCodec.parse("""
                                [{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{
                                 "type":"object","default":[1],"items":{"type":"string"},
                                 "properties":{"name":{"type":"string"}},"additionalProperties":true,
                                 "x-kubernetes-preserve-unknown-fields":true}}}]""".getBytes(StandardCharsets.UTF_8)).value());
        assertThat(codec.decode(codec.encode(decoded))).isEqualTo(decoded);
    }

    @Test
    void opensObjectsInsideAList() {
        byte[] inner = envelope("v1", "Namespace", V1.Namespace.getDefaultInstance());
        V1.List list = V1.List.newBuilder()
                .addItems(Runtime.RawExtension.newBuilder().setRaw(ByteString.copyFrom(inner)))
                .addItems(Runtime.RawExtension.newBuilder().setRaw(ByteString.copyFromUtf8("{\"kind\":\"X\"}")))
                .build();
        ProtobufCodec.Envelope opened = ProtobufCodec.open(envelope("v1", "List", list));
        assertThat(opened.kind()).isEqualTo("List");
        assertThat(opened.raw()).isEqualTo(list.toByteArray());
    }

    @Test
    void encodesWhatProtobufItselfCanRead() throws Exception {
        JsonObject pod = json("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","creationTimestamp":"2023-11-14T22:13:20Z"},
                 "spec":{"containers":[{"name":"c","image":"i","readinessProbe":{"tcpSocket":{"port":"http"}},
                 "resources":{"requests":{"cpu":"1"}}}],"terminationGracePeriodSeconds":-1},
                 "status":{"podIP":"10.0.0.1","unknown":true}}""");
        V1.Pod read = V1.Pod.parseFrom(ProtobufCodec.open(codec.encode(pod)).raw());

        assertThat(read.getMetadata().getCreationTimestamp().getSeconds()).isEqualTo(1700000000);
        assertThat(read.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(-1);
        V1.Container container = read.getSpec().getContainers(0);
        assertThat(container.getReadinessProbe().getHandler().getTcpSocket().getPort())
                .isEqualTo(IntStr.IntOrString.newBuilder()
                        .setType(1)
                        .setIntVal(0)
                        .setStrVal("http")
                        .build());
        assertThat(container.getResources().getRequestsOrThrow("cpu")).isEqualTo(quantity("1"));
        assertThat(read.getStatus().getPodIP()).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
                 "kind":{"group":"apps","version":"v1","kind":"Deployment"},
                 "resource":{"group":"apps","version":"v1","resource":"deployments"},"requestKind":{"group":"g",
                 "version":"v","kind":"k"},"operation":"CREATE","userInfo":{"username":"me",
                 "extra":{"scopes":["a","b"]}},"object":{"apiVersion":"apps/v1","kind":"Deployment"},
                 "dryRun":false},"response":{"uid":"u","allowed":false,"status":{"metadata":{},"code":403},
                 "patch":"W10=","patchType":"JSONPatch","warnings":["w"]}}""",
                """
                {"kind":"ListOptions","apiVersion":"v1","labelSelector":"a=b","timeoutSeconds":0,"limit":500,
                 "continue":"c","sendInitialEvents":false}""",
                """
                {"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0,
                 "preconditions":{"uid":"u"},"propagationPolicy":"Orphan","dryRun":["All"]}""",
                """
                {"kind":"PatchOptions","apiVersion":"batch/v1","force":false,"fieldManager":"m"}""",
                """
                {"kind":"PodExecOptions","apiVersion":"v1","stdin":true,"command":["sh","-c"]}""",
                """
                {"kind":"PodStatusResult","apiVersion":"v1","metadata":{"name":"p"},
                 "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}]}}""",
                """
                {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"7"},
                 "items":[{"kind":"X","apiVersion":"example.com/v1"}]}""",
                """
                {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},
                 "items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[
                 {"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},
                 "scope":"Namespaced","singularResource":"deployment","verbs":["get"],
                 "subresources":[{"subresource":"scale","verbs":["get"]}]}],"freshness":"Current"}]}]}""",
            })
    void carriesKindsThatNoResourceHas(String text) {
        JsonObject object = json(text);
        JsonObject decoded = codec.decode(codec.encode(object));
        assertThat(withoutEmpty(decoded)).isEqualTo(withoutEmpty(object));
    }

    /** Without the {@code creationTimestamp: null} and the like that Go's encoding adds to a struct. */
    private static JsonValue withoutEmpty(JsonValue value) {
        if (value instanceof JsonArray array) {
            JsonArrayBuilder items = Json.createArrayBuilder();
            array.forEach(item -> items.add(withoutEmpty(item)));
            return items.build();
        }
        if (!(value instanceof JsonObject object)) {
            return value;
        }
        JsonObjectBuilder kept = Json.createObjectBuilder();
        object.forEach((name, member) -> {
            JsonValue inner = withoutEmpty(member);
            if (inner != JsonValue.NULL && !inner.equals(JsonValue.EMPTY_JSON_OBJECT)) {
                kept.add(name, inner);
            }
        });
        return kept.build();
    }

    @Test
    void knowsEveryGenerallyAvailableKind() {
        for (TypeSchema type : SchemaCatalog.builtIn().types().values()) {
            for (GroupVersionKind kind : type.kinds()) {
                assertThat(codec.supports(kind)).as(kind.toString()).isTrue();
            }
        }
    }

    @Test
    void matchesEveryFieldOfTheSchemaWithItsDescriptor() {
        // Descriptors newer than the schema may know more, never less.
        List<String> missing = codec.unmatchedFields().stream()
                .filter(field -> field.startsWith("json "))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void refusesWhatIsNoKubernetesProtobuf() {
        assertThatThrownBy(() -> codec.decode(new byte[0])).hasMessage("empty data");
        assertThatThrownBy(() -> codec.decode("{\"kind\":\"Pod\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessage("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        assertThatThrownBy(() -> codec.decode(envelope("v1", "Nonsense", V1.Pod.getDefaultInstance())))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("no kind \"Nonsense\" is registered for version \"v1\"");
    }

    @Test
    void failsCleanlyOnEveryTruncation() {
        byte[] whole = envelope(
                "networking.k8s.io/v1",
                "IngressClass",
                V1Networking.IngressClass.newBuilder()
                        .setMetadata(Meta.ObjectMeta.newBuilder().setName("a").putLabels("k", "v"))
                        .setSpec(V1Networking.IngressClassSpec.newBuilder().setController("c"))
                        .build());
        int failures = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                codec.decode(Arrays.copyOf(whole, length));
            } catch (CodecException e) {
                failures++;
            }
        }
        assertThat(failures).isGreaterThan(whole.length / 2);
    }

    @Test
    void survivesRandomBytes() {
        java.util.Random random = new java.util.Random(42);
        for (int round = 0; round < 500; round++) {
            byte[] raw = new byte[random.nextInt(60)];
            random.nextBytes(raw);
            byte[] bytes = Runtime.Unknown.newBuilder()
                    .setTypeMeta(
                            Runtime.TypeMeta.newBuilder().setApiVersion("v1").setKind("Pod"))
                    .setRaw(ByteString.copyFrom(raw))
                    .build()
                    .toByteArray();
            try {
                codec.decode(withPrefix(bytes));
            } catch (CodecException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void boundsNesting() {
        V1Apiextensions.JSONSchemaProps schema = V1Apiextensions.JSONSchemaProps.getDefaultInstance();
        for (int i = 0; i < 2000; i++) {
            schema = V1Apiextensions.JSONSchemaProps.newBuilder().setNot(schema).build();
        }
        V1Apiextensions.CustomResourceDefinition crd = V1Apiextensions.CustomResourceDefinition.newBuilder()
                .setSpec(V1Apiextensions.CustomResourceDefinitionSpec.newBuilder()
                        .addVersions(V1Apiextensions.CustomResourceDefinitionVersion.newBuilder()
                                .setSchema(V1Apiextensions.CustomResourceValidation.newBuilder()
                                        .setOpenAPIV3Schema(schema))))
                .build();
        byte[] bytes = envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd);
        assertThatThrownBy(() -> codec.decode(bytes)).hasMessage("exceeded max depth");
    }

    private static Resource.Quantity quantity(String text) {
        return Resource.Quantity.newBuilder().setString(text).build();
    }

    private JsonObject decoded(String apiVersion, String kind, Message message) {
        JsonObject decoded = codec.decode(envelope(apiVersion, kind, message));
        assertThat(codec.decode(codec.encode(decoded)))
                .as("decoded, encoded and decoded")
                .isEqualTo(decoded);
        return decoded;
    }

    private static byte[] envelope(String apiVersion, String kind, Message message) {
        return withPrefix(Runtime.Unknown.newBuilder()
                .setTypeMeta(
                        Runtime.TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
                .setRaw(message.toByteString())
                .setContentEncoding("")
                .setContentType("")
                .build()
                .toByteArray());
    }

    private static byte[] withPrefix(byte[] unknown) {
        byte[] bytes = new byte[unknown.length + 4];
        System.arraycopy(new byte[] {'k', '8', 's', 0}, 0, bytes, 0, 4);
        System.arraycopy(unknown, 0, bytes, 4, unknown.length);
        return bytes;
    }

    private static JsonObject json(String text) {
        return JsonCodec.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }
}
