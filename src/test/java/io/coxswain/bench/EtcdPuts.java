package io.coxswain.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The yardstick for durable writes: puts into an etcd over its own protocol, without TLS, authentication or checks. */
final class EtcdPuts {
    private static final int CHANNELS = 4;

    private static final MethodDescriptor<byte[], byte[]> PUT = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("etcdserverpb.KV/Put")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private EtcdPuts() {}

    static Load.Result run(String address, int clients, int operations, double seconds, int size) throws Exception {
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            channels.add(NettyChannelBuilder.forTarget(address).usePlaintext().build());
        }
        byte[] value = "v".repeat(size).getBytes(StandardCharsets.UTF_8);
        try {
            return Load.run(
                    clients,
                    operations,
                    seconds,
                    index -> number -> ClientCalls.blockingUnaryCall(
                            channels.get(index % CHANNELS),
                            PUT,
                            CallOptions.DEFAULT,
                            request("/registry/configmaps/bench/" + number, value)));
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** {@code PutRequest}: 1 is the key, 2 the value. */
    private static byte[] request(String key, byte[] value) {
        ByteArrayOutputStream message = new ByteArrayOutputStream(value.length + 64);
        field(message, 1, key.getBytes(StandardCharsets.UTF_8));
        field(message, 2, value);
        return message.toByteArray();
    }

    private static void field(ByteArrayOutputStream message, int number, byte[] bytes) {
        message.write(number << 3 | 2);
        int left = bytes.length;
        for (; left > 127; left >>>= 7) {
            message.write(left & 127 | 128);
        }
        message.write(left);
        message.writeBytes(bytes);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
