package io.coxswain.codec;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;

/**
 * Messages of Kubernetes 1.34 that the Java client's descriptors leave out: the group {@code apiregistration.k8s.io/v1},
 * and {@code PodStatusResult}, which later releases no longer have.
 */
final class MissingDescriptors {
    private static final String PACKAGE = "k8s.io.kube_aggregator.pkg.apis.apiregistration.v1";

    private static final class ApiRegistration {
        private static final FileDescriptor FILE = buildApiRegistration();
    }

    private static final class Core {
        private static final FileDescriptor FILE = buildCore();
    }

    private MissingDescriptors() {}

    /** {@code apiregistration.k8s.io/v1}. */
    static FileDescriptor apiRegistration() {
        return ApiRegistration.FILE;
    }

    /** What is missing of the core group. */
    static FileDescriptor core() {
        return Core.FILE;
    }

    private static FileDescriptor buildCore() {
        return file(FileDescriptorProto.newBuilder()
                .setName("core-v1-missing.proto")
                .setPackage("k8s.io.api.core.v1")
                .setSyntax("proto2")
                .addDependency(Meta.getDescriptor().getName())
                .addDependency(V1.getDescriptor().getName())
                .addMessageType(message(
                        "PodStatusResult",
                        object("metadata", 1, meta("ObjectMeta")),
                        object("status", 2, ".k8s.io.api.core.v1.PodStatus")))
                .build());
    }

    private static FileDescriptor buildApiRegistration() {
        return file(FileDescriptorProto.newBuilder()
                .setName("apiregistration-v1.proto")
                .setPackage(PACKAGE)
                .setSyntax("proto2")
                .addDependency(Meta.getDescriptor().getName())
                .addMessageType(message(
                        "APIService",
                        object("metadata", 1, meta("ObjectMeta")),
                        object("spec", 2, own("APIServiceSpec")),
                        object("status", 3, own("APIServiceStatus"))))
                .addMessageType(message(
                        "APIServiceList",
                        object("metadata", 1, meta("ListMeta")),
                        repeated(object("items", 2, own("APIService")))))
                .addMessageType(message(
                        "APIServiceSpec",
                        object("service", 1, own("ServiceReference")),
                        field("group", 2, Type.TYPE_STRING),
                        field("version", 3, Type.TYPE_STRING),
                        field("insecureSkipTLSVerify", 4, Type.TYPE_BOOL),
                        field("caBundle", 5, Type.TYPE_BYTES),
                        field("groupPriorityMinimum", 7, Type.TYPE_INT32),
                        field("versionPriority", 8, Type.TYPE_INT32)))
                .addMessageType(
                        message("APIServiceStatus", repeated(object("conditions", 1, own("APIServiceCondition")))))
                .addMessageType(message(
                        "APIServiceCondition",
                        field("type", 1, Type.TYPE_STRING),
                        field("status", 2, Type.TYPE_STRING),
                        object("lastTransitionTime", 3, meta("Time")),
                        field("reason", 4, Type.TYPE_STRING),
                        field("message", 5, Type.TYPE_STRING)))
                .addMessageType(message(
                        "ServiceReference",
                        field("namespace", 1, Type.TYPE_STRING),
                        field("name", 2, Type.TYPE_STRING),
                        field("port", 3, Type.TYPE_INT32)))
                .build());
    }

    private static FileDescriptor file(FileDescriptorProto file) {
        FileDescriptor[] dependencies = file.getDependencyList().stream()
                .map(name -> name.equals(V1.getDescriptor().getName()) ? V1.getDescriptor() : Meta.getDescriptor())
                .toArray(FileDescriptor[]::new);
        try {
            return FileDescriptor.buildFrom(file, dependencies);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("the descriptor " + file.getName() + " is not sound", e);
        }
    }

    private static String own(String name) {
        return "." + PACKAGE + "." + name;
    }

    private static String meta(String name) {
        Descriptor found = Meta.getDescriptor().findMessageTypeByName(name);
        return "." + found.getFullName();
    }

    private static DescriptorProto message(String name, FieldDescriptorProto... fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (FieldDescriptorProto field : fields) {
            message.addField(field);
        }
        return message.build();
    }

    private static FieldDescriptorProto field(String name, int number, Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL)
                .build();
    }

    private static FieldDescriptorProto object(String name, int number, String type) {
        return field(name, number, Type.TYPE_MESSAGE).toBuilder()
                .setTypeName(type)
                .build();
    }

    private static FieldDescriptorProto repeated(FieldDescriptorProto field) {
        return field.toBuilder().setLabel(Label.LABEL_REPEATED).build();
    }
}
