package io.coxswain.bootstrap.config;

import java.util.List;

/** How pods are placed. */
@SettingsGroup(value = "coxswain.scheduler", about = "The scheduler.")
public record SchedulerConfig(
        @Setting(
                value = "default-scheduler",
                about =
                        "Names that pods may have in `spec.schedulerName`, with commas between them; `default-scheduler` is always"
                                + " there. After a colon, with semicolons between them, `PLUGIN=WEIGHT` says how much a score plugin"
                                + " counts for these pods (0: not at all), and `scoringStrategy=MostAllocated` fills nodes up instead"
                                + " of using them evenly: `packing:scoringStrategy=MostAllocated;ImageLocality=0`.")
        List<String> profiles) {

    public SchedulerConfig {
        profiles = List.copyOf(profiles);
    }
}
