package io.coxswain.apiserver.authz;

import io.coxswain.apiserver.request.UserInfo;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets the group {@code system:masters} do everything, so that a broken policy can be mended. */
@ApplicationScoped
public class MastersAuthorizer implements Authorizer {
    @Override
    public int order() {
        return 0;
    }

    @Override
    public Decision authorize(Attributes attributes) {
        return attributes.user().groups().contains(UserInfo.GROUP_MASTERS) ? Decision.allow("") : Decision.NO_OPINION;
    }
}
