package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.streaming.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenWebSocketsTest {
    private final OpenWebSockets all = new OpenWebSockets();
    private final List<Runnable> tasks = new ArrayList<>();

    private static WebSocket socket(OutputStream out) {
        return new WebSocket(InputStream.nullInputStream(), out, () -> {});
    }

    private static void assertDismissed(ByteArrayOutputStream out) {
        byte[] frame = out.toByteArray();
        assertThat(frame[0]).as("a final frame that closes").isEqualTo((byte) 0x88);
        assertThat((frame[2] & 0xFF) << 8 | frame[3] & 0xFF).as("going away").isEqualTo(1001);
        assertThat(new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8))
                .isEqualTo("the server is stopping");
    }

    @Test
    void clientsOfOpenOnesAreAskedToGoOnOtherThreads() {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        ByteArrayOutputStream over = new ByteArrayOutputStream();
        WebSocket ended = socket(over);
        all.add(socket(one), tasks::add);
        all.add(ended, tasks::add);
        all.remove(ended);
        all.close();
        assertThat(one.size()).as("written by whoever stops the server").isZero();
        tasks.forEach(Runnable::run);
        assertDismissed(one);
        assertThat(over.size()).isZero();
    }

    @Test
    void oneThatComesLateIsToldAtOnce() {
        all.close();
        ByteArrayOutputStream late = new ByteArrayOutputStream();
        all.add(socket(late), Runnable::run);
        assertDismissed(late);
    }

    @Test
    void aClientThatIsGoneDoesNotKeepTheOthers() {
        ByteArrayOutputStream there = new ByteArrayOutputStream();
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        for (int i = 0; i < 20; i++) {
            all.add(socket(gone), Runnable::run);
        }
        all.add(socket(there), Runnable::run);
        all.close();
        assertDismissed(there);
    }
}
