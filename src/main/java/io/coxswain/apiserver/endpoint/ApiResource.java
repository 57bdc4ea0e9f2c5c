package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.UserInfo;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;

/** Every request of the API but those for objects, which {@link ApiFilter} answers. What a path means is not decided here. */
@Path("{path: .*}")
@ApplicationScoped
public class ApiResource {
    private ApiService service;
    private RequestIntake intake;

    @SuppressWarnings("NullAway.Init")
    protected ApiResource() {}

    @Inject
    public ApiResource(ApiService service, RequestIntake intake) {
        this.service = service;
        this.intake = intake;
    }

    @GET
    public Response get(@Context HttpServletRequest http) throws IOException {
        return serve(http);
    }

    @HEAD
    public Response head(@Context HttpServletRequest http) throws IOException {
        Response whole = serve(http);
        return Response.fromResponse(whole).entity(null).build();
    }

    @POST
    public Response post(@Context HttpServletRequest http) throws IOException {
        return serve(http);
    }

    @PUT
    public Response put(@Context HttpServletRequest http) throws IOException {
        return serve(http);
    }

    @PATCH
    public Response patch(@Context HttpServletRequest http) throws IOException {
        return serve(http);
    }

    @DELETE
    public Response delete(@Context HttpServletRequest http) throws IOException {
        return serve(http);
    }

    private Response serve(HttpServletRequest plain) throws IOException {
        if (!(plain.getAttribute(ApiFilter.USER) instanceof UserInfo user)
                || !(plain.getAttribute(ApiFilter.ORIGINAL) instanceof HttpServletRequest http)) {
            throw new IllegalStateException("the request did not come through ApiFilter");
        }
        ApiRequest request = intake.read(http, user);
        ApiResponse response = service.handle(request);
        return toJaxRs(HttpAnswers.encode(http, request, response));
    }

    static Response toJaxRs(HttpAnswer answer) {
        Response.ResponseBuilder builder = Response.status(answer.code()).header("Content-Type", answer.contentType());
        answer.headers().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
        if (answer.length() >= 0) {
            builder.header("Content-Length", answer.length());
        }
        if (answer.length() != 0) {
            builder.entity((StreamingOutput) out -> answer.body().writeTo(out));
        }
        return builder.build();
    }
}
