package io.coxswain.apiserver;

import io.coxswain.apiserver.audit.AuditSink;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.flowcontrol.InFlightLimit;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The chain of a request: limit, authorization, negotiation, registry, representation; told to the audit at its end. */
@ApplicationScoped
public class DefaultApiService implements ApiService {
    private AuthorizerChain authorizers;
    private GenericRegistry registry;
    private List<PathHandler> paths;
    private List<AuditSink> audit;
    private Clock clock;
    private ResponseShaper shaper;
    private InFlightLimit limit;

    @SuppressWarnings("NullAway.Init")
    protected DefaultApiService() {}

    @Inject
    public DefaultApiService(
            AuthorizerChain authorizers,
            GenericRegistry registry,
            @Any Instance<PathHandler> paths,
            @Any Instance<AuditSink> audit,
            Clock clock) {
        this(authorizers, registry, paths.stream().toList(), audit.stream().toList(), clock);
    }

    public DefaultApiService(
            AuthorizerChain authorizers,
            GenericRegistry registry,
            Collection<? extends PathHandler> paths,
            Collection<? extends AuditSink> audit,
            Clock clock) {
        this.authorizers = authorizers;
        this.registry = registry;
        this.paths = List.copyOf(paths);
        this.audit = List.copyOf(audit);
        this.clock = clock;
        this.shaper = new ResponseShaper(clock);
        this.limit = InFlightLimit.standard();
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        Instant start = clock.instant();
        try (InFlightLimit.Place place = limit.enter(request)) {
            ApiResponse response = answer(request);
            tell(request, code(response), "", start);
            return response;
        } catch (ApiException e) {
            tell(request, e.code(), e.status().reason(), start);
            throw e;
        } catch (RuntimeException e) {
            tell(request, 500, "InternalError", start);
            throw e;
        }
    }

    private ApiResponse answer(ApiRequest request) {
        authorizers.require(new Authorizer.Attributes(
                request.user(),
                request.info(),
                request.parameter("fieldSelector").orElse("")));
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

    private void tell(ApiRequest request, int code, String reason, Instant start) {
        if (!audit.isEmpty()) {
            Duration took = Duration.between(start, clock.instant());
            audit.forEach(sink -> sink.answered(request, code, reason, took));
        }
    }

    private static int code(ApiResponse response) {
        if (response instanceof ApiResponse.ObjectResponse object) {
            return object.code();
        }
        if (response instanceof ApiResponse.RawResponse raw) {
            return raw.code();
        }
        return response instanceof ApiResponse.UpgradeResponse ? 101 : 200;
    }
}
