package io.coxswain.client;

import io.coxswain.apiserver.request.UserInfo;

/** Makes clients that call the API server in this process. A CDI bean. */
public interface ApiClients {
    /** A client whose requests are the user's; the user agent shows in the audit log, and before its slash names the owner of fields. */
    ApiClient as(UserInfo user, String userAgent);

    /**
     * The client of a control loop: {@code system:serviceaccount:kube-system:<name>}. As upstream's loops, all own fields as
     * {@code kube-controller-manager}.
     */
    default ApiClient forController(String name) {
        return as(UserInfo.serviceAccount("kube-system", name), "kube-controller-manager/" + name);
    }
}
