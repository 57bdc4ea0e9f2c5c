package io.coxswain.kinds.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authn.TokenAuthenticator;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.authz.RuleResolver;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.kinds.authentication.SelfSubjectReviewKind;
import io.coxswain.kinds.authentication.TokenReviewKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessReviewTest {
    private final List<Authorizer.Attributes> asked = new ArrayList<>();
    private final AuthorizerChain chain = new AuthorizerChain(List.of(new Authorizer() {
        @Override
        public int order() {
            return 0;
        }

        @Override
        public Decision authorize(Attributes attributes) {
            asked.add(attributes);
            return attributes.user().name().equals("alice") ? Decision.allow("she may") : Decision.NO_OPINION;
        }
    }));

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    private static ObjectView review(ReviewKind kind, UserInfo user, String object) {
        ApiRequest request = new ApiRequest(
                user,
                RequestInfo.resource("create", kind.names().gvr(), "", "", ""),
                Map.of(),
                RequestBody.NONE,
                "",
                "",
                "",
                "",
                "1");
        return new ObjectView(kind.review(request, json(object)));
    }

    private static List<String> faults(ReviewKind kind, String object) {
        return kind.validate(new ObjectView(json(object))).stream()
                .map(FieldError::toString)
                .toList();
    }

    @Test
    void answersForAnotherUserWithEveryAttribute() {
        ObjectView answer = review(
                new SubjectAccessReviewKind(chain),
                UserInfo.of("system:node:n"),
                "{'spec':{'user':'alice','groups':['dev'],'extra':{'k':['v']},'resourceAttributes':{'verb':'list',"
                        + "'group':'apps','resource':'deployments','subresource':'scale','namespace':'ns','name':'web',"
                        + "'fieldSelector':{'requirements':[{'key':'spec.nodeName','operator':'In','values':['n']}]}}}}");
        assertThat(answer.flag("status", "allowed")).contains(true);
        assertThat(answer.text("status", "reason")).isEqualTo("she may");
        Authorizer.Attributes attributes = asked.get(0);
        assertThat(attributes.user()).isEqualTo(new UserInfo("alice", "", List.of("dev"), Map.of("k", List.of("v"))));
        assertThat(attributes.fieldSelector()).isEqualTo("spec.nodeName=n");
        assertThat(attributes.request().subresource()).isEqualTo("scale");
        assertThat(attributes.request().group()).isEqualTo("apps");
        assertThat(attributes.request().name()).isEqualTo("web");
    }

    @Test
    void answersForOneself() {
        String question = "{'spec':{'nonResourceAttributes':{'verb':'get','path':'/metrics'}}}";
        assertThat(review(new SelfSubjectAccessReviewKind(chain), UserInfo.of("bob"), question)
                        .flag("status", "allowed"))
                .contains(false);
        assertThat(review(new SelfSubjectAccessReviewKind(chain), UserInfo.of("alice"), question)
                        .flag("status", "allowed"))
                .contains(true);
        assertThat(asked.get(0).request().isResource()).isFalse();
        assertThat(asked.get(0).request().path()).isEqualTo("/metrics");
    }

    @Test
    void refusesHalfQuestions() {
        assertThat(faults(new SubjectAccessReviewKind(chain), "{'spec':{}}"))
                .hasSize(2)
                .anyMatch(fault ->
                        fault.endsWith("exactly one of nonResourceAttributes or resourceAttributes must be specified"))
                .anyMatch(fault -> fault.endsWith("at least one of user or group must be specified"));
        assertThat(faults(
                        new SelfSubjectAccessReviewKind(chain),
                        "{'spec':{'resourceAttributes':{},'nonResourceAttributes':{}}}"))
                .singleElement()
                .asString()
                .endsWith("cannot be specified in combination with resourceAttributes");
        assertThat(faults(
                        new LocalSubjectAccessReviewKind(chain),
                        "{'metadata':{'namespace':'a'},'spec':{'user':'u','resourceAttributes':{'namespace':'b'}}}"))
                .containsExactly(
                        "spec.resourceAttributes.namespace: Invalid value: \"b\": must match metadata.namespace");
    }

    @Test
    void listsRules() {
        RuleResolver resolver = new RuleResolver() {
            @Override
            public Rules rulesFor(UserInfo user, String namespace) {
                return new Rules(
                        List.of(
                                new PolicyRule(List.of("get"), List.of(""), List.of("pods"), List.of(), List.of()),
                                new PolicyRule(List.of("get"), List.of(), List.of(), List.of(), List.of("/healthz"))),
                        List.of("role x not found"));
            }

            @Override
            public Rules rulesOfRole(String kind, String namespace, String name) {
                throw new AssertionError("nobody asked for a role");
            }
        };
        SelfSubjectRulesReviewKind kind = new SelfSubjectRulesReviewKind(resolver);
        ObjectView answer = review(kind, UserInfo.of("alice"), "{'spec':{'namespace':'ns'}}");
        assertThat(answer.items("status", "resourceRules")).hasSize(1);
        assertThat(answer.items("status", "nonResourceRules").get(0).strings("nonResourceURLs"))
                .containsExactly("/healthz");
        assertThat(answer.flag("status", "incomplete")).contains(true);
        assertThat(answer.text("status", "evaluationError")).isEqualTo("role x not found");
        assertThatThrownBy(() -> review(kind, UserInfo.of("alice"), "{'spec':{}}"))
                .hasMessage("no namespace on request");
    }

    @Test
    void tellsWhoOneIs() {
        ObjectView answer = review(
                new SelfSubjectReviewKind(),
                new UserInfo("alice", "u-1", List.of("dev"), Map.of("k", List.of("v"))),
                "{'kind':'SelfSubjectReview'}");
        assertThat(answer.object("status", "userInfo"))
                .isEqualTo(json("{'username':'alice','uid':'u-1','groups':['dev'],'extra':{'k':['v']}}"));
    }

    @Test
    void reviewsTokens() {
        TokenReviewKind kind = new TokenReviewKind(List.of(new TokenAuthenticator() {
            @Override
            public Optional<TokenUser> authenticate(String token, List<String> audiences) {
                if (token.equals("expired")) {
                    throw new InvalidTokenException("service account token has expired");
                }
                return token.equals("good")
                        ? Optional.of(new TokenUser(UserInfo.of("system:serviceaccount:a:b"), audiences))
                        : Optional.empty();
            }

            @Override
            public List<String> apiAudiences() {
                return List.of("api");
            }
        }));
        ObjectView good = review(kind, UserInfo.ANONYMOUS, "{'spec':{'token':'good'}}");
        assertThat(good.flag("status", "authenticated")).contains(true);
        assertThat(good.text("status", "user", "username")).isEqualTo("system:serviceaccount:a:b");
        assertThat(good.strings("status", "user", "groups")).containsExactly("system:authenticated");
        assertThat(good.strings("status", "audiences")).containsExactly("api");
        assertThat(review(kind, UserInfo.ANONYMOUS, "{'spec':{'token':'expired'}}")
                        .text("status", "error"))
                .isEqualTo("[invalid bearer token, service account token has expired]");
        ObjectView unknown = review(kind, UserInfo.ANONYMOUS, "{'spec':{'token':'?'}}");
        assertThat(unknown.flag("status", "authenticated")).isEmpty();
        assertThat(unknown.text("status", "error")).isEqualTo("invalid bearer token");
        assertThatThrownBy(() -> review(kind, UserInfo.ANONYMOUS, "{'spec':{}}"))
                .hasMessageContaining("token is required");
    }
}
