package io.coxswain.node.cri;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The standard gRPC health check ({@code grpc.health.v1.Health/Check}), for probes. Lives here because gRPC does. */
public final class HealthCheck {

    private static final MethodDescriptor<String, Integer> CHECK = MethodDescriptor.<String, Integer>newBuilder(
                    new Request(), new Response())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .build();

    private static final String[] NAMES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

    private HealthCheck() {}

    /** The serving status by name. {@link CriException} tells why there is none. */
    public static String check(String host, int port, String service, Duration limit) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(host, port).usePlaintext().build();
        try {
            Metadata agent = new Metadata();
            agent.put(Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER), "kube-probe/1.34");
            int status = ClientCalls.blockingUnaryCall(
                    io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(agent)),
                    CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS),
                    service);
            return status >= 0 && status < NAMES.length ? NAMES[status] : String.valueOf(status);
        } catch (StatusRuntimeException e) {
            CriException.Kind kind = switch (e.getStatus().getCode()) {
                case DEADLINE_EXCEEDED -> CriException.Kind.TIMEOUT;
                case UNAVAILABLE -> CriException.Kind.UNAVAILABLE;
                default -> CriException.Kind.FAILED;
            };
            String text = e.getStatus().getDescription();
            throw new CriException(kind, text == null ? e.getStatus().getCode().toString() : text, e);
        } finally {
            channel.shutdownNow();
        }
    }

    /** HealthCheckRequest: field 1, the service's name. */
    private static final class Request implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String service) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                if (!service.isEmpty()) {
                    out.writeString(1, service);
                }
                out.flush();
                return new ByteArrayInputStream(bytes.toByteArray());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String parse(InputStream stream) {
            throw new UnsupportedOperationException("client side only");
        }
    }

    /** HealthCheckResponse: field 1, the status as an enum. */
    private static final class Response implements MethodDescriptor.Marshaller<Integer> {
        @Override
        public InputStream stream(Integer value) {
            throw new UnsupportedOperationException("client side only");
        }

        @Override
        public Integer parse(InputStream stream) {
            try {
                CodedInputStream in = CodedInputStream.newInstance(stream);
                int status = 0;
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == 8) {
                        status = in.readEnum();
                    } else {
                        in.skipField(tag);
                    }
                }
                return status;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
