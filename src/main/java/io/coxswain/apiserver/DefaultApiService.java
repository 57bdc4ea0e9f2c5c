package io.coxswain.apiserver;

import io.coxswain.apiserver.audit.AuditContext;
import io.coxswain.apiserver.audit.Auditor;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.metrics.RequestMetrics;
import io.coxswain.apiserver.registry.GenericRegistry;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.representation.ResponseShaper;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.codec.MediaTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.store.RevisionException;
import io.coxswain.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The chain of a request: authorization, negotiation, registry, representation; recorded by the audit. */
@ApplicationScoped
public class DefaultApiService implements ApiService {
    private AuthorizerChain authorizers;
    private GenericRegistry registry;
    private List<PathHandler> paths;
    private Auditor auditor;
    private RequestMetrics metrics;
    private ResponseShaper shaper;

    @SuppressWarnings("NullAway.Init")
    protected DefaultApiService() {}

    @Inject
    public DefaultApiService(
            AuthorizerChain authorizers,
            GenericRegistry registry,
            @Any Instance<PathHandler> paths,
            Auditor auditor,
            RequestMetrics metrics,
            Clock clock) {
        this(authorizers, registry, paths.stream().toList(), auditor, metrics, clock);
    }

    public DefaultApiService(
            AuthorizerChain authorizers,
            GenericRegistry registry,
            Collection<? extends PathHandler> paths,
            Auditor auditor,
            RequestMetrics metrics,
            Clock clock) {
        this.authorizers = authorizers;
        this.registry = registry;
        this.paths = List.copyOf(paths);
        this.auditor = auditor;
        this.metrics = metrics;
        this.shaper = new ResponseShaper(clock);
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        AuditContext audit = auditor.begin(request);
        RequestMetrics.Running running = metrics.begin(request);
        try {
            ApiResponse response = answer(request, audit);
            if (response instanceof ApiResponse.ProxyResponse proxy) {
                return passedOn(proxy, audit, running);
            }
            if (ObservedStreams.isStream(response)) {
                return begun(response, audit, running);
            }
            ApiResponse whole = audit.answered(response);
            running.answered(code(whole));
            return whole;
        } catch (ApiException e) {
            running.answered(e.code());
            audit.failed(e);
            throw e;
        } catch (RuntimeException e) {
            running.answered(500);
            audit.panicked(e);
            throw e;
        }
    }

    private static ApiResponse begun(ApiResponse response, AuditContext audit, RequestMetrics.Running running) {
        int code = response instanceof ApiResponse.UpgradeResponse ? 101 : 200;
        audit.started(code);
        return ObservedStreams.observe(response, running.streaming(), () -> {
            running.ended(code);
            audit.closed();
        });
    }

    /** A backend answers: its status is what metrics and the audit tell. */
    private static ApiResponse passedOn(
            ApiResponse.ProxyResponse proxy, AuditContext audit, RequestMetrics.Running running) {
        running.streaming();
        AtomicInteger code = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        return new ApiResponse.ProxyResponse(
                proxy.target(),
                proxy.warnings(),
                status -> {
                    code.set(status);
                    audit.started(status);
                },
                () -> {
                    if (over.compareAndSet(false, true)) {
                        if (code.compareAndSet(0, 503)) {
                            audit.started(503);
                        }
                        running.ended(code.get());
                        audit.closed();
                    }
                });
    }

    private static int code(ApiResponse response) {
        if (response instanceof ApiResponse.ObjectResponse object) {
            return object.code();
        }
        return response instanceof ApiResponse.RawResponse raw ? raw.code() : 200;
    }

    private ApiResponse answer(ApiRequest request, AuditContext audit) {
        authorize(request, audit);
        try {
            return request.info().isResource() ? resource(request) : path(request);
        } catch (StoreUnavailableException e) {
            throw new ApiException(
                    ApiException.unavailable("the store is not available, try again later")
                            .status(),
                    e);
        } catch (RevisionException e) {
            throw new ApiException(
                    ApiException.expired(String.valueOf(e.getMessage())).status(), e);
        }
    }

    private void authorize(ApiRequest request, AuditContext audit) {
        Authorizer.Attributes attributes = new Authorizer.Attributes(
                request.user(),
                request.info(),
                request.parameter("fieldSelector").orElse(""),
                request.parameter("labelSelector").orElse(""));
        Authorizer.Decision decision = authorizers.authorize(attributes);
        boolean allowed = decision.verdict() == Authorizer.Verdict.ALLOW;
        audit.annotate("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
        audit.annotate("authorization.k8s.io/reason", decision.reason());
        if (!allowed) {
            throw AuthorizerChain.forbidden(attributes, decision.reason());
        }
    }

    private ApiResponse resource(ApiRequest request) {
        RegisteredResource resource = registry.resource(request.info());
        if (request.accept().isEmpty() || isConnection(resource, request)) {
            return registry.handle(request);
        }
        MediaTypes.Accepted accepted = shaper.negotiate(request, resource);
        return shaper.shape(request, resource, accepted, registry.handle(request));
    }

    /** Logs and tunnels have media types of their own. */
    private static boolean isConnection(RegisteredResource resource, ApiRequest request) {
        return resource.subresources().get(request.info().subresource())
                instanceof io.coxswain.apiserver.registry.Subresource.Connect;
    }

    private ApiResponse path(ApiRequest request) {
        for (PathHandler handler : paths) {
            if (handler.serves(request.info().path())) {
                if (!request.info().verb().equals("get")
                        && !request.info().verb().equals("head")) {
                    throw ApiException.methodNotAllowed();
                }
                return handler.handle(request);
            }
        }
        throw ApiException.pathNotFound();
    }
}
