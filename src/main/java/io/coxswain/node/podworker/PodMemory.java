package io.coxswain.node.podworker;

import io.coxswain.node.status.PodObservation.Verdict;
import io.coxswain.node.status.PodObservation.Waiting;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows of one pod that neither the API nor the runtime remembers. All of it may be lost: a restarted
 * agent comes to the same end. Used by the pod's worker only, except for the two sets, which other threads change.
 */
final class PodMemory {

    /** Why containers cannot start, by name. */
    final Map<String, Waiting> waiting = new HashMap<>();

    /** Ids of containers whose postStart hook is under way. */
    final Set<String> hooking = ConcurrentHashMap.newKeySet();

    /** Ids of containers that the agent stopped in order to start them again. */
    final Set<String> restart = ConcurrentHashMap.newKeySet();

    /** The volumes, once they are set up. */
    @Nullable Map<String, Mounted> volumes;

    /** Why the agent ended the pod, if it did. */
    @Nullable Verdict verdict;

    /** The status that was last reported: the API's answer may still be on its way to our cache. */
    @Nullable PodStatus reported;

    /** The pod has come to its end; nothing of it will start again. */
    boolean ended;
}
