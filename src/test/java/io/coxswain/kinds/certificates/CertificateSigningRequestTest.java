package io.coxswain.kinds.certificates;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.kinds.KindAssert;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CertificateSigningRequestTest {
    private static final JsonObject PENDING = Trees.yaml("{metadata: {name: a, resourceVersion: '7'}, status: {}}");
    private static final String APPROVED =
            "{metadata: {name: a}, status: {conditions: [{type: Approved, status: 'True'}]}}";
    private static final Clock CLOCK = Clock.fixed(KindAssert.NOW, ZoneOffset.UTC);
    private final CertificateApproval approval = new CertificateApproval(CLOCK);
    private final CertificateSigningRequestKind kind = new CertificateSigningRequestKind(CLOCK);

    @Test
    void approvalAddsTheConditionsAndNothingElse() {
        JsonObject approved = approval.apply(
                PENDING,
                Trees.yaml("{metadata: {name: a}, spec: {signerName: other/x}, status: {certificate: x, conditions:"
                        + " [{type: Approved, status: 'True'}]}}"));
        assertThat(new ObjectView(approved).items("status", "conditions")).hasSize(1);
        assertThat(approved).doesNotContainKey("spec");
        assertThat(new ObjectView(approved).text("status", "certificate")).isEmpty();
        assertThat(CertificateConditions.shown(new ObjectView(approved))).isEqualTo("Approved");
    }

    @Test
    void labelsAndAnnotationsTravelWithAnApproval() {
        JsonObject approved = approval.apply(
                PENDING,
                Trees.yaml(
                        "{metadata: {name: a, annotations: {by: ann}}, status: {conditions: [{type: Approved, status:"
                                + " 'True'}]}}"));
        assertThat(new ObjectView(approved).text("metadata", "annotations", "by"))
                .isEqualTo("ann");
    }

    @Test
    void conditionsWithoutTimesGetThem() {
        JsonObject approved = approval.apply(PENDING, Trees.yaml(APPROVED));
        ObjectView condition =
                new ObjectView(approved).items("status", "conditions").get(0);
        assertThat(condition.text("lastUpdateTime")).isEqualTo(KindAssert.NOW.toString());
        assertThat(condition.text("lastTransitionTime")).isEqualTo(KindAssert.NOW.toString());

        JsonObject old = Trees.yaml("{metadata: {name: a}, status: {conditions: [{type: Failed, status: 'True',"
                + " lastTransitionTime: '2020-01-01T00:00:00Z'}]}}");
        JsonObject now = kind.prepareForStatusUpdate(
                Trees.yaml(
                        "{metadata: {name: a}, status: {conditions: [{type: Failed, status: 'True', reason: Worse}]}}"),
                old);
        condition = new ObjectView(now).items("status", "conditions").get(0);
        assertThat(condition.text("lastTransitionTime")).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(condition.text("lastUpdateTime")).isEqualTo(KindAssert.NOW.toString());
    }

    @Test
    void aDecisionStaysMade() {
        assertThatThrownBy(() -> approval.apply(Trees.yaml(APPROVED), Trees.yaml("{status: {}}")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("updates may not remove a condition of type \"Approved\"");
        assertThatThrownBy(() -> approval.apply(
                        PENDING,
                        Trees.yaml("{status: {conditions: [{type: Approved, status: 'True'}, {type: Denied, status:"
                                + " 'True'}]}}")))
                .hasMessageContaining("Approved and Denied conditions are mutually exclusive");
    }

    @Test
    void theStatusSubresourceDoesNotApprove() {
        assertThat(kind.prepareForStatusUpdate(Trees.yaml(APPROVED), PENDING))
                .isEqualTo(Trees.yaml("{metadata: {name: a}, status: {}}"));
    }

    @Test
    void requestsSayWhatForAndOfWhom() {
        assertThatKind(kind)
                .faults(
                        "{metadata: {name: a}, spec: {signerName: kubernetes.io/legacy-unknown, expirationSeconds: 5}}",
                        "spec.usages: Required value",
                        "spec.request: Invalid value: \"\": PEM block type must be CERTIFICATE REQUEST",
                        "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not"
                                + " allowed via this API version",
                        "spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10"
                                + " minutes)")
                .row(
                        "{metadata: {name: a}, spec: {signerName: x.io/y, username: ann, expirationSeconds: 3600}}",
                        "a | <unknown> | x.io/y | ann | 60m | Pending");
    }
}
