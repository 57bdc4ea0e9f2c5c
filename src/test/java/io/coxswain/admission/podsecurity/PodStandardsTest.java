package io.coxswain.admission.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStandardsTest {
    private static String faults(String level, int minor, String pod) {
        List<Violation> found = PodStandards.violations(
                new PolicyLevel(PolicyLevel.Name.of(level).orElseThrow(), minor),
                PodShape.of(new ObjectView(Trees.yaml(pod))));
        return Violation.details(found);
    }

    private static String baseline(int minor, String spec) {
        return faults("baseline", minor, "{spec: {" + spec + "}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}, {name: kernel.msgmax}]} | forbidden sysctls"
                        + " (kernel.msgmax)",
                "securityContext: {seLinuxOptions: {type: spc_t, user: u, role: r}} | seLinuxOptions (pod set forbidden"
                        + " securityContext.seLinuxOptions: type \"spc_t\"; user may not be set; role may not be set)",
                "securityContext: {seLinuxOptions: {type: container_engine_t}} | ~~",
                "securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: c, securityContext:"
                        + " {windowsOptions: {hostProcess: true}}}] | hostProcess (pod and container \"c\" must not set"
                        + " securityContext.windowsOptions.hostProcess=true)",
                "securityContext: {seccompProfile: {type: Unconfined}} | seccompProfile (pod must not set"
                        + " securityContext.seccompProfile.type to \"Unconfined\")",
                "securityContext: {appArmorProfile: {type: Unconfined}} | forbidden AppArmor profile (pod must not set"
                        + " AppArmor profile type to \"Unconfined\")",
                "containers: [{name: c, securityContext: {procMount: Unmasked}}] | procMount (container \"c\" must not"
                        + " set securityContext.procMount to \"Unmasked\")",
                "initContainers: [{name: i, securityContext: {privileged: true}}], containers: [{name: c,"
                        + " securityContext: {privileged: true}}] | privileged (containers \"i\", \"c\" must not set"
                        + " securityContext.privileged=true)",
                "containers: [{name: c, livenessProbe: {httpGet: {host: a}}, lifecycle: {preStop: {tcpSocket: {host:"
                        + " b}}}}] | probe or lifecycle host (container \"c\" uses probe or lifecycle hosts \"a\", \"b\")"
            })
    void baseline(String spec, String faults) {
        assertThat(baseline(PolicyLevel.LATEST, spec)).isEqualTo(faults);
    }

    @Test
    void versionsKnowWhatTheirTimeKnew() {
        String sysctls = "securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports}, {name:"
                + " net.ipv4.tcp_fin_timeout}, {name: net.ipv4.tcp_wmem}]}";
        String probe = "containers: [{name: c, livenessProbe: {httpGet: {host: a}}}]";

        assertThat(baseline(26, sysctls)).contains("reserved_ports, net.ipv4.tcp_fin_timeout, net.ipv4.tcp_wmem");
        assertThat(baseline(27, sysctls)).isEqualTo("forbidden sysctls (net.ipv4.tcp_fin_timeout, net.ipv4.tcp_wmem)");
        assertThat(baseline(31, sysctls)).isEqualTo("forbidden sysctls (net.ipv4.tcp_wmem)");
        assertThat(baseline(33, probe)).isEmpty();
        assertThat(baseline(34, probe)).isNotEmpty();
        assertThat(baseline(30, "securityContext: {seLinuxOptions: {type: container_engine_t}}"))
                .isNotEmpty();
    }

    @Test
    void annotationsOfOldProfilesCount() {
        String pod = "{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined,"
                + " seccomp.security.alpha.kubernetes.io/pod: unconfined}}, spec: {containers: [{name: c}]}}";

        assertThat(faults("baseline", 18, pod))
                .isEqualTo(
                        "forbidden AppArmor profile (container.apparmor.security.beta.kubernetes.io/c=\"unconfined\"),"
                                + " seccompProfile (forbidden annotation"
                                + " seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")");
        assertThat(faults("baseline", 19, pod)).doesNotContain("seccompProfile");
        assertThat(faults("privileged", 18, pod)).isEmpty();
    }

    @Test
    void restrictedNamesWhatIsSetWrongBeforeWhatIsMissing() {
        String faults = faults(
                "restricted",
                PolicyLevel.LATEST,
                "{spec: {securityContext: {runAsNonRoot: false, runAsUser: 0, seccompProfile: {type: Unconfined}}, volumes:"
                        + " [{name: a, hostPath: {}}, {name: b, nfs: {}}, {name: c, emptyDir: {}}], containers: [{name: c,"
                        + " securityContext: {allowPrivilegeEscalation: true, runAsUser: 0, capabilities: {drop: [ALL],"
                        + " add: [NET_BIND_SERVICE, CHOWN]}}}]}}");

        assertThat(faults)
                .isEqualTo("allowPrivilegeEscalation != false (container \"c\" must set"
                        + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\""
                        + " must not include \"CHOWN\" in securityContext.capabilities.add), restricted volume types"
                        + " (volumes \"a\", \"b\" use restricted volume types \"hostPath\", \"nfs\"), runAsNonRoot != true"
                        + " (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container \"c\""
                        + " must not set runAsUser=0), seccompProfile (pod must not set"
                        + " securityContext.seccompProfile.type to \"Unconfined\")");
    }

    @Test
    void windowsPodsAreNotAskedForLinuxFields() {
        String pod = "{spec: {os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: c}]}}";

        assertThat(faults("restricted", 25, pod)).isEmpty();
        assertThat(faults("restricted", 24, pod)).isNotEmpty();
    }
}
