package io.coxswain.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A client that asks again when the server is killed, is not there yet or is too busy, for as long as a restart may take.
 * Not thread-safe.
 */
final class PatientClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final int ANSWER_MILLIS = 30_000;
    private static final int PAUSE_MILLIS = 200;

    private final Target target;
    private HttpConnection connection;

    PatientClient(Target target) {
        this.target = target;
    }

    /**
     * An answer that is no failure of the server's.
     *
     * @param repeated whether an earlier try was lost on the way, so that the request may have been carried out twice
     */
    record Reply(int status, JsonNode body, boolean repeated) {
        boolean done() {
            return status < 300;
        }

        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return status + " " + reason() + ": " + body.path("message").asText();
        }
    }

    Reply get(String path) throws IOException, InterruptedException {
        return call("GET", path, "");
    }

    Reply post(String path, String body) throws IOException, InterruptedException {
        return call("POST", path, body);
    }

    Reply merge(String path, String patch) throws IOException, InterruptedException {
        return call("PATCH", path, patch);
    }

    Reply delete(String path, String options) throws IOException, InterruptedException {
        return call("DELETE", path, options);
    }

    private Reply call(String method, String path, String body) throws IOException, InterruptedException {
        String type = body.isEmpty() ? "" : method.equals("PATCH") ? Bodies.MERGE : Bodies.JSON;
        long end = System.nanoTime() + PATIENCE_NANOS;
        boolean repeated = false;
        while (true) {
            String trouble;
            try {
                if (connection == null) {
                    connection = new HttpConnection(target);
                    connection.timeout(ANSWER_MILLIS);
                }
                try {
                    HttpConnection.Answer answer =
                            connection.exchange(method, path, type, body.getBytes(StandardCharsets.UTF_8));
                    JsonNode tree = tree(answer.text());
                    boolean final429 = answer.status() == 429 && path.endsWith("/eviction");
                    if (tree.isObject() && (final429 || (answer.status() < 500 && answer.status() != 429))) {
                        return new Reply(answer.status(), tree, repeated);
                    }
                    repeated |= answer.status() >= 500;
                    trouble = answer.status() + " " + answer.text();
                } catch (IOException lost) {
                    repeated = true;
                    throw lost;
                }
            } catch (IOException gone) {
                close();
                trouble = gone.toString();
            }
            if (System.nanoTime() > end) {
                throw new IOException(method + " " + path + " is not answered: " + trouble);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notOurs) { // Liberty's own page, while it starts
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        HttpConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyBroken) {
                // nothing is left to close
            }
        }
    }
}
