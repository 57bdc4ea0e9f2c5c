package io.coxswain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TolerationsTest {
    @ParameterizedTest
    @CsvSource({
        "NoSchedule, a,  Equal,  v,  true",
        "NoSchedule, a,       ,  v,  true",
        "NoSchedule, a,  Equal,  w,  false",
        "NoSchedule, a,  Exists,  ,  true",
        "          , a,  Exists,  ,  true",
        "NoExecute,  a,  Exists,  ,  false",
        "NoSchedule, b,  Exists,  ,  false",
        "          ,  ,  Exists,  ,  true",
        "NoSchedule, a,  Like,   v,  false",
    })
    void aTaintIsToleratedByEffectKeyAndValue(
            String effect, String key, String operator, String value, boolean tolerated) {
        Toleration toleration = new Toleration(effect, key, operator, null, value);
        assertThat(Tolerations.tolerates(toleration, new Taint("NoSchedule", "a", null, "v")))
                .isEqualTo(tolerated);
    }

    @Test
    void onlyHardTaintsKeepNewPodsOff() {
        Taint soft = new Taint("PreferNoSchedule", "a", null, "");
        Taint hard = new Taint("NoExecute", "b", null, "");
        assertThat(Tolerations.untolerated(List.of(soft), List.of())).isEmpty();
        assertThat(Tolerations.untolerated(List.of(soft, hard), List.of())).contains(hard);
        assertThat(Tolerations.untolerated(
                        List.of(soft, hard), List.of(new Toleration("NoExecute", "b", "Exists", null, null))))
                .isEmpty();
    }
}
