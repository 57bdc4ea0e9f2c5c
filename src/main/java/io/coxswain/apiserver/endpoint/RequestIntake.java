package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.audit.Auditor;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Reads requests, and records those that are refused before the API service sees them. Thread-safe. */
@ApplicationScoped
public class RequestIntake {
    private Auditor auditor;
    private ApiServerConfig config;

    @SuppressWarnings("NullAway.Init")
    protected RequestIntake() {}

    @Inject
    public RequestIntake(Auditor auditor, ApiServerConfig config) {
        this.auditor = auditor;
        this.config = config;
    }

    /** @throws ApiException 413 for a body that is too large, 400 for what cannot be read */
    ApiRequest read(HttpServletRequest http, UserInfo user) throws IOException {
        try {
            return RequestReader.read(http, user, config.maxRequestSize().bytes());
        } catch (ApiException e) {
            refused(http, user, e);
            throw e;
        }
    }

    /** Records a refusal. */
    void refused(HttpServletRequest http, UserInfo user, ApiException why) {
        ApiRequest head;
        try {
            head = RequestReader.head(http, user);
        } catch (ApiException unreadable) {
            head = RequestReader.unreadable(http, user);
        }
        auditor.begin(head).failed(why);
    }
}
