package io.coxswain.kinds.authentication;

import io.coxswain.apiserver.request.UserInfo;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** A user as {@code authentication.k8s.io/v1 UserInfo}. */
final class UserInfoJson {
    private UserInfoJson() {}

    static JsonObject of(UserInfo user) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("username", user.name());
        if (!user.uid().isEmpty()) {
            json.add("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            json.add("groups", Json.createArrayBuilder(user.groups()));
        }
        if (!user.extra().isEmpty()) {
            JsonObjectBuilder extra = Json.createObjectBuilder();
            user.extra().forEach((key, values) -> extra.add(key, Json.createArrayBuilder(values)));
            json.add("extra", extra);
        }
        return json.build();
    }
}
