package io.coxswain.node.podworker;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.probe.HttpGet;
import io.coxswain.node.probe.Prober;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries out postStart and preStop hooks. */
final class LifecycleHooks {

    private final ContainerRuntime runtime;
    private final CountDownLatch closed;

    /** {@code closed}: counted down when the agent ends, so that no sleep outlasts it. */
    LifecycleHooks(ContainerRuntime runtime, CountDownLatch closed) {
        this.runtime = runtime;
        this.closed = closed;
    }

    /** Runs the hook on this thread for at most {@code limit}; the answer is why it failed, if it did. */
    Optional<String> run(LifecycleHandler hook, Container container, String containerId, String podIp, Duration limit) {
        try {
            if (hook.getExec() != null) {
                var result = runtime.execSync(containerId, hook.getExec().getCommand(), limit);
                return result.exitCode() == 0
                        ? Optional.empty()
                        : Optional.of("Exec lifecycle hook (" + hook.getExec().getCommand() + ") for Container \""
                                + container.getName() + "\" failed - error: command '"
                                + String.join(" ", hook.getExec().getCommand()) + "' exited with " + result.exitCode()
                                + ": " + result.stderr() + ", message: \"" + result.stdout() + result.stderr() + "\"");
            }
            if (hook.getHttpGet() != null) {
                var answer = HttpGet.get(
                        Prober.url(hook.getHttpGet(), container, podIp), Prober.headers(hook.getHttpGet()), limit);
                return answer.status() < 400
                        ? Optional.empty()
                        : Optional.of(
                                "Http lifecycle hook (" + hook.getHttpGet().getPath() + ") for Container \""
                                        + container.getName() + "\" failed - error: status code " + answer.status()
                                        + ", message: \"" + answer.body() + "\"");
            }
            if (hook.getSleep() != null) {
                long seconds = Math.min(hook.getSleep().getSeconds(), limit.toSeconds());
                boolean ended = closed.await(seconds, TimeUnit.SECONDS);
                return ended ? Optional.of("node agent stopped") : Optional.empty();
            }
            return Optional.of("this kind of life-cycle hook is not supported by this node agent (supported: exec,"
                    + " httpGet, sleep)");
        } catch (CriException e) {
            return Optional.of(e.rpcText());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }
}
