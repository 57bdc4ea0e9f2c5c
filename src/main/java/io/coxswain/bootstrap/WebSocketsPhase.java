package io.coxswain.bootstrap;

import io.coxswain.apiserver.endpoint.OpenWebSockets;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;

/** Nothing to start; on the way down it asks the clients of WebSockets to go, which the server would wait for otherwise. */
@Dependent
public class WebSocketsPhase implements StartPhase {
    private final OpenWebSockets webSockets;

    @Inject
    public WebSocketsPhase(OpenWebSockets webSockets) {
        this.webSockets = webSockets;
    }

    @Override
    public String name() {
        return "web-sockets";
    }

    @Override
    public int order() {
        // The first to stop: Liberty closes its ports at the same time.
        return NODES + 90;
    }

    @Override
    public void start() {
        // They come by themselves.
    }

    @Override
    public void stop() {
        webSockets.close();
    }
}
