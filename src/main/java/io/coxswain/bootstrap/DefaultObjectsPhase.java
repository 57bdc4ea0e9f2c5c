package io.coxswain.bootstrap;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.DnsConfig;
import io.coxswain.bootstrap.objects.DefaultObjects;
import io.coxswain.bootstrap.pki.ClusterPki;
import io.coxswain.bootstrap.policy.PolicyReconciler;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Namespaces first, then roles and bindings, then services and the rest. */
@ApplicationScoped
public class DefaultObjectsPhase implements StartPhase {
    static final String CONSOLE_BINDING = "coxswain:console-admin";

    private final ApiClients clients;
    private final ApiServerConfig api;
    private final ClusterConfig cluster;
    private final DnsConfig dns;
    private final ConsoleConfig console;
    private final ClusterPki pki;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DefaultObjectsPhase() {
        this.clients = null;
        this.api = null;
        this.cluster = null;
        this.dns = null;
        this.console = null;
        this.pki = null;
    }

    @Inject
    public DefaultObjectsPhase(
            ApiClients clients,
            ApiServerConfig api,
            ClusterConfig cluster,
            DnsConfig dns,
            ConsoleConfig console,
            ClusterPki pki) {
        this.clients = clients;
        this.api = api;
        this.cluster = cluster;
        this.dns = dns;
        this.console = console;
        this.pki = pki;
    }

    @Override
    public String name() {
        return "default-objects";
    }

    @Override
    public int order() {
        return DEFAULT_OBJECTS;
    }

    @Override
    public void start() {
        ApiClient client = clients.as(UserInfo.API_SERVER, "kube-apiserver");
        DefaultObjects objects = new DefaultObjects(client, api, cluster, dns, pki.authorityPem());
        objects.ensureNamespaces();
        PolicyReconciler policy = new PolicyReconciler(client);
        policy.reconcile();
        policy.bindClusterAdmin(CONSOLE_BINDING, console.user());
        objects.ensureOthers();
    }
}
