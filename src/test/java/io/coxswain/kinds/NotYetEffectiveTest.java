package io.coxswain.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.kinds.apiregistration.ApiServiceKind;
import io.coxswain.kinds.networking.IngressKind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NotYetEffectiveTest {
    static Stream<KindDefinition> kindsOfWhichNoObjectHasAnEffect() {
        return KindSamples.storedKinds().stream()
                .filter(NotYetEffective.class::isInstance)
                .filter(kind -> !(kind instanceof ApiServiceKind));
    }

    @ParameterizedTest
    @MethodSource("kindsOfWhichNoObjectHasAnEffect")
    void whoeverWritesOneIsWarned(KindDefinition kind) {
        assertThat(kind.warnings(Trees.view("metadata: {name: a}")))
                .containsExactly(kind.names().kind() + " objects are stored but have no effect on this server yet");
    }

    @Test
    void anIngressIsWarnedAboutWithWhatElseIsWrongWithIt() {
        assertThat(new IngressKind().warnings(Trees.view("""
                metadata: {name: a, annotations: {kubernetes.io/ingress.class: nginx}}
                """)))
                .containsExactly(
                        "Ingress objects are stored but have no effect on this server yet",
                        "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                                + " 'spec.ingressClassName' instead");
    }

    @Test
    void onlyAnApiThatAServiceElsewhereServesHasNoEffect() {
        ApiServiceKind kind = new ApiServiceKind();
        assertThat(kind.warnings(Trees.view("spec: {group: a.b, version: v1}"))).isEmpty();
        assertThat(kind.warnings(Trees.view("spec: {group: a.b, version: v1, service: {namespace: a, name: b}}")))
                .containsExactly("APIService objects are stored but have no effect on this server yet");
    }
}
