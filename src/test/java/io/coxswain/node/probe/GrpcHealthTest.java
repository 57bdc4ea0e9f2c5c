package io.coxswain.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.probe.Prober.Outcome;
import io.coxswain.node.probe.Prober.Verdict;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a gRPC server on loopback that speaks the standard health protocol, byte by byte. */
class GrpcHealthTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final byte[] SERVING = {8, 1};
    private static final byte[] NOT_SERVING = {8, 2};

    private Server server;

    @BeforeEach
    void start() throws IOException {
        MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(check, ServerCalls.asyncUnaryCall((request, answer) -> {
                            if (request.length == 0) {
                                answer.onNext(SERVING);
                                answer.onCompleted();
                            } else if (request[2] == 'd') {
                                answer.onNext(NOT_SERVING);
                                answer.onCompleted();
                            } else {
                                answer.onError(Status.NOT_FOUND
                                        .withDescription("unknown service")
                                        .asRuntimeException());
                            }
                        }))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void saysWhetherAServiceServes() {
        assertThat(check("").verdict()).isEqualTo(Verdict.SUCCESS);
        Outcome down = check("down");
        assertThat(down.verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(down.output()).isEqualTo("service unhealthy (responded with \"NOT_SERVING\")");
        assertThat(check("other").output())
                .startsWith("error: health rpc failed: ")
                .contains("unknown service");
    }

    @Test
    void saysThatNobodyAnswers() {
        int port = server.getPort();
        server.shutdownNow();
        assertThat(GrpcHealth.check("127.0.0.1", port, "", LIMIT)).satisfies(outcome -> {
            assertThat(outcome.verdict()).isEqualTo(Verdict.FAILURE);
            assertThat(outcome.output()).contains("failed to connect service");
        });
    }

    private Outcome check(String service) {
        return GrpcHealth.check("127.0.0.1", server.getPort(), service, LIMIT);
    }

    /** Messages as they are on the wire. */
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
