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

/** The messages of {@code apiregistration.k8s.io/v1}, the one group that the Java client's descriptors leave out. */
final class ApiServiceDescriptor {
    private static final String PACKAGE = "k8s.io.kube_aggregator.pkg.apis.apiregistration.v1";

    private static final class Holder {
        private static final FileDescriptor FILE = build();
    }

    private ApiServiceDescriptor() {}

    static FileDescriptor get() {
        return Holder.FILE;
    }

    private static FileDescriptor build() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
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
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[] {Meta.getDescriptor()});
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("the descriptor of APIService is not sound", e);
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
