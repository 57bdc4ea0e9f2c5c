package io.coxswain.it.clients;

import io.coxswain.it.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client is given of the server that the tests share. */
final class Cluster {
    private Cluster() {}

    static String kubeconfig() {
        try {
            return Files.readString(TestServer.get().data().resolve("kubeconfig"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String url() {
        return "https://127.0.0.1:" + TestServer.get().apiPort();
    }

    /** The cluster's authority in PEM. */
    static String authority() {
        Matcher data =
                Pattern.compile("certificate-authority-data: ([A-Za-z0-9+/=]+)").matcher(kubeconfig());
        if (!data.find()) {
            throw new AssertionError("the kubeconfig has no certificate-authority-data");
        }
        return new String(Base64.getDecoder().decode(data.group(1)), StandardCharsets.UTF_8);
    }

    /** Reads and writes an object; again, while a controller writes the object's status in between. */
    static <T> T rewrite(Callable<T> write, Predicate<Exception> isConflict) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.call();
            } catch (Exception e) {
                if (attempt == 5 || !isConflict.test(e)) {
                    throw e;
                }
            }
        }
    }

    /** Runs the tasks beside each other and waits for all; fails with the first that failed. */
    static void together(List<Callable<Void>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Void>> results = new ArrayList<>(threads.invokeAll(tasks));
            for (Future<Void> result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
